/*
 * The lease protocol: who may deliver from a shard, how far it has come, and who is next, when workers crash, pause, lose answers and hand shards over.
 *
 * One step here is one conditional write of the lease table, one look at it, or one decision of a worker. A write is sent, then applied, then answered: three steps, between
 * which anything else may happen. Time is what the protocol makes of it: how long a worker still counts on its session (left), and for how long an observer has seen a
 * heartbeat stand still (age). A tick moves both. Ticks come at any moment and as often as they like, so any worker may be paused for any time between two of its steps.
 *
 * Numbers that only grow are not counted. What a write is conditional on is whether the row's owner and epoch have changed since they were observed: a bit that every change of
 * ownership clears (valid, opFresh). Of the incarnations of a worker the current one and all former ones together are told apart.
 *
 * When the faults are over (calm), heartbeats are punctual and every step brings the end nearer: what cannot go on must have ended.
 */

#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef RECORDS
#define RECORDS 1               /* of each shard */
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef LOSSES
#define LOSSES 1                /* requests or answers that get lost */
#endif
#ifndef REQUESTS
#define REQUESTS 1              /* for a lease that another worker holds */
#endif
#ifndef RELEASES
#define RELEASES 1
#endif

#ifndef LEASE
#define LEASE 2                 /* ticks for which an observer must see a heartbeat stand still; an owner counts on its session for as many, from the sending of the heartbeat */
#endif
#define MEMBERS (WORKERS * 2)
#define NOBODY MEMBERS
#define PARENT 0
#define CHILD 1
#define MISSING 0
#define OPEN 1
#define ENDED 2

/* The lease table: a row for each shard, and one for each member: a worker's current incarnation, and its former ones. */
byte state[2];
byte owner[2];
byte wanted[2];
byte position[2];               /* records below it are finished */
bool joined[MEMBERS];
bool fenced[MEMBERS];

/* What no worker knows. */
byte handled[2];                /* records that were handled, by anybody */
bool calm;
byte crashes = CRASHES;
byte losses = LOSSES;
byte requests = REQUESTS;
byte releases = RELEASES;

/* A worker: its session and its heartbeat. */
mtype:beat = { idle, sent, accepted };
bool alive[WORKERS];
byte left[WORKERS];             /* 0: it counts on nothing */
mtype:beat beat[WORKERS];
byte leftThen[WORKERS];         /* what the heartbeat on its way will be good for */

/* Its work on each shard. */
mtype:doing = { none, ready, busy };
mtype:doing work[WORKERS * 2];
bool valid[WORKERS * 2];        /* the row is as it was when the work began */
bool draining[WORKERS * 2];
byte finished[WORKERS * 2];
bool asked[WORKERS * 2];

/* The write that it is making. */
mtype:op = { nothing, claim, store, handOver, endShard, ask, release };
mtype:phase = { sending, yes, no };
mtype:op op[WORKERS];
mtype:phase phase[WORKERS];
byte opShard[WORKERS];
byte opPosition[WORKERS];
byte opTo[WORKERS];
bool opFresh[WORKERS];          /* the row is as the write expects it; once applied, as the write has left it */
bool opFormer[WORKERS];         /* an incarnation has sent it that is over */
bool opChild[WORKERS];          /* the end of the parent has made the child's row, and it is still as made */

/* What it knows of the others. */
byte age[WORKERS * MEMBERS];
bool moved[WORKERS * MEMBERS];  /* the heartbeat is not what it was at the last look */

#define CURRENT(w) ((w) * 2)
#define FORMER(w) ((w) * 2 + 1)
#define AT(w, s) ((w) * 2 + (s))
#define SEEN(w, m) ((w) * MEMBERS + (m))
#define IS_CURRENT(m) ((m) % 2 == 0 && alive[(m) / 2] && joined[m])
#define HAS_SESSION(w) (alive[w] && joined[CURRENT(w)] && left[w] > 0)
#define IS_DONE (state[PARENT] == ENDED && state[CHILD] == ENDED)

#define IS_FREE(w, s) (owner[s] == NOBODY || owner[s] / 2 == (w) || fenced[owner[s]])

#ifdef MUTANT_CHILD_FIRST
#define MAY_BEGIN(s) true
#else
#define MAY_BEGIN(s) ((s) == PARENT || state[PARENT] == ENDED)
#endif

#ifdef MUTANT_CLAIM_UNSEEN
#define CLAIM_HOLDS(w) true
#else
#define CLAIM_HOLDS(w) opFresh[w]
#endif

#ifdef MUTANT_STORE_WITHOUT_EPOCH
#define STORE_HOLDS(w) true
#else
#define STORE_HOLDS(w) opFresh[w]
#endif

/* Ownership changes: nothing that was observed, is held or was asked for before holds any more. */
inline Give(x, to) {
  owner[x] = to;
  wanted[x] = NOBODY;
  for (i : 0 .. WORKERS - 1) {
    valid[AT(i, x)] = false;
    if :: opShard[i] == x -> opFresh[i] = false :: else fi;
    if :: x == CHILD -> opChild[i] = false :: else fi
  }
  i = 0
}

/* Others find the heartbeat changed when they look. */
inline Heard(x) {
  for (i : 0 .. WORKERS - 1) {
    moved[SEEN(i, x)] = (i != x / 2)
  }
  i = 0
}

/* Nobody looks at a member any more. */
inline Forgo(x) {
  for (i : 0 .. WORKERS - 1) {
    age[SEEN(i, x)] = 0;
    moved[SEEN(i, x)] = false
  }
  i = 0
}

inline Forget(v, x) {
  work[AT(v, x)] = none;
  valid[AT(v, x)] = false;
  draining[AT(v, x)] = false;
  finished[AT(v, x)] = 0
}

inline Clear(v) {
  op[v] = nothing;
  phase[v] = sending;
  opShard[v] = PARENT;
  opPosition[v] = 0;
  opTo[v] = 0;
  opFresh[v] = false;
  opFormer[v] = false;
  opChild[v] = false
}

inline Begin(v, x, from, isValid) {
  work[AT(v, x)] = ready;
  valid[AT(v, x)] = isValid;
  finished[AT(v, x)] = from;
  asked[AT(v, x)] = false
}

inline Send(v, what, x, where) {
  op[v] = what;
  phase[v] = sending;
  opShard[v] = x;
  opPosition[v] = where
}

/* The row of former incarnations is removed when they are owner of nothing. */
#define IS_NEEDED(m) (owner[PARENT] == (m) || owner[CHILD] == (m) || wanted[PARENT] == (m) || wanted[CHILD] == (m))
#if WORKERS > 2
#define IS_HANDED_TO(m) (op[0] == handOver && opTo[0] == (m) || op[1] == handOver && opTo[1] == (m) || op[2] == handOver && opTo[2] == (m))
#else
#define IS_HANDED_TO(m) (op[0] == handOver && opTo[0] == (m) || op[1] == handOver && opTo[1] == (m))
#endif
inline Tidy() {
  for (k : 0 .. WORKERS - 1) {
    if
    :: joined[FORMER(k)] && !IS_NEEDED(FORMER(k)) && !(op[k] != nothing && opFormer[k]) && !IS_HANDED_TO(FORMER(k)) ->
      joined[FORMER(k)] = false;
      fenced[FORMER(k)] = false;
      for (i : 0 .. WORKERS - 1) {
        age[SEEN(i, FORMER(k))] = 0;
        moved[SEEN(i, FORMER(k))] = false
      }
      i = 0
    :: else
    fi
  }
  k = 0
}

/* A session is over: what was held is held no longer, and what was one's own belongs to a former incarnation. */
inline Leave(me) {
  left[me] = 0;
  leftThen[me] = 0;
  beat[me] = idle;
  fenced[FORMER(me)] = fenced[CURRENT(me)] && (!joined[FORMER(me)] || fenced[FORMER(me)]);
  joined[FORMER(me)] = true;
  joined[CURRENT(me)] = false;
  fenced[CURRENT(me)] = false;
  for (i : 0 .. WORKERS - 1) {
    age[SEEN(i, FORMER(me))] = 0;
    age[SEEN(i, CURRENT(me))] = 0;
    moved[SEEN(i, FORMER(me))] = (i != me);
    moved[SEEN(i, CURRENT(me))] = false;
    if :: op[i] == handOver && opTo[i] == CURRENT(me) -> opTo[i] = FORMER(me) :: else fi
  }
  i = 0;
  for (k : PARENT .. CHILD) {
    if :: owner[k] == CURRENT(me) -> owner[k] = FORMER(me) :: else fi;
    if :: wanted[k] == CURRENT(me) -> wanted[k] = FORMER(me) :: else fi;
    Forget(me, k);
    asked[AT(me, k)] = false
  }
  k = 0;
  if :: fenced[FORMER(me)] -> Forgo(FORMER(me)) :: else fi;
  opFormer[me] = (op[me] != nothing);
  Tidy()
}

inline Apply(me) {
  if
  :: op[me] == claim ->
    if
    :: CLAIM_HOLDS(me) && state[s] == OPEN ->
#ifndef NO_CLOCK
      /* I4: nobody still counts on what is taken. */
      for (k : 0 .. WORKERS - 1) { assert(k == me || !valid[AT(k, s)] || !HAS_SESSION(k)) }
      k = 0;
#endif
      Give(s, mine);
      opFresh[me] = true;
      opPosition[me] = position[s];
      phase[me] = yes
    :: else -> phase[me] = no
    fi
  :: op[me] == store ->
    if
    :: STORE_HOLDS(me) && opPosition[me] >= position[s] ->
      assert(opFresh[me]);                           /* I3: only from the holder */
      assert(opPosition[me] <= handled[s]);          /* I3: nothing unfinished is passed */
      position[s] = opPosition[me];
      phase[me] = yes
    :: else -> phase[me] = no
    fi
  :: op[me] == ask ->
    if
    :: opFresh[me] && state[s] == OPEN && wanted[s] == NOBODY ->
      wanted[s] = mine;
      phase[me] = yes
    :: else -> phase[me] = no
    fi
  :: op[me] == handOver ->
    if
    :: opFresh[me] && wanted[s] == opTo[me] ->
      assert(opPosition[me] >= position[s] && opPosition[me] <= handled[s]);          /* I3 */
      position[s] = opPosition[me];
      Give(s, opTo[me]);
      phase[me] = yes
    :: else -> phase[me] = no
    fi
  :: op[me] == release ->
    if
    :: opFresh[me] ->
      assert(opPosition[me] >= position[s] && opPosition[me] <= handled[s]);          /* I3 */
      position[s] = opPosition[me];
      Give(s, NOBODY);
      phase[me] = yes
    :: else -> phase[me] = no
    fi
  :: op[me] == endShard ->
    if
    :: opFresh[me] && state[s] == OPEN ->
      assert(handled[s] == RECORDS);                /* I1, I3 */
      position[s] = RECORDS;
      state[s] = ENDED;
      Give(s, NOBODY);
      if
      :: s == PARENT && state[CHILD] == MISSING ->
        state[CHILD] = OPEN;
        Give(CHILD, mine);
        opChild[me] = true
      :: else
      fi;
      phase[me] = yes
    :: else -> phase[me] = no
    fi
  fi
}

/* The answer arrives. What a former incarnation did is of no use to this one. */
inline Take(me) {
  if
  :: opFormer[me] || !HAS_SESSION(me) -> skip
  :: else ->
    if
    :: op[me] == claim && phase[me] == yes -> Begin(me, s, opPosition[me], opFresh[me])
    :: op[me] == store && phase[me] == no -> Forget(me, s)
    :: op[me] == handOver && phase[me] == no -> draining[AT(me, s)] = false; if :: !valid[AT(me, s)] -> Forget(me, s) :: else fi
    :: (op[me] == handOver && phase[me] == yes) || op[me] == release -> Forget(me, s)
    :: op[me] == ask && phase[me] == no -> asked[AT(me, s)] = false
    :: op[me] == endShard ->
      Forget(me, s);
      if
      :: phase[me] == yes && s == PARENT && owner[CHILD] == CURRENT(me) && opChild[me] && work[AT(me, CHILD)] == none -> Begin(me, CHILD, 0, true)
      :: else
      fi
    :: else
    fi
  fi;
  Clear(me)
}

/* No answer came: the worker knows nothing, and ends its work on the shard if it was in the middle of it. */
inline Lose(me) {
  if
  :: !opFormer[me] && op[me] != claim && op[me] != ask -> Forget(me, s)
  :: !opFormer[me] && op[me] == ask -> asked[AT(me, s)] = false
  :: else
  fi;
  Clear(me)
}

#define IS_AT_REST(w, s) (work[AT(w, s)] == ready && HAS_SESSION(w) && op[w] == nothing)

#ifdef MUTANT_HAND_OVER_BUSY
#define MAY_HAND_OVER(w, s) (work[AT(w, s)] != none && HAS_SESSION(w) && op[w] == nothing)
#else
#define MAY_HAND_OVER(w, s) IS_AT_REST(w, s)
#endif

#ifdef MUTANT_NEVER_FENCED
#define MAY_FENCE(w, m) false
#else
#define MAY_FENCE(w, m) (HAS_SESSION(w) && (m) / 2 != (w) && joined[m] && !fenced[m] && !moved[SEEN(w, m)] && age[SEEN(w, m)] == LEASE)
#endif

/* A worker looks at another member: a heartbeat that has changed makes it young. One that has stood still for long enough is fenced, on condition that it still does. */
proctype Observer(byte w; byte m) {
  byte i;
end:
  do
  :: d_step { HAS_SESSION(w) && joined[m] && !fenced[m] && moved[SEEN(w, m)] -> moved[SEEN(w, m)] = false; age[SEEN(w, m)] = 0 }
  :: d_step { MAY_FENCE(w, m) -> fenced[m] = true; Forgo(m) }
  od
}

/* What a worker does about a shard. */
proctype Work(byte w; byte s) {
  byte i, k;
end:
  do
  /* Claim what is free. */
  :: d_step { HAS_SESSION(w) && op[w] == nothing && work[AT(w, s)] == none && state[s] == OPEN && IS_FREE(w, s) && MAY_BEGIN(s) && !(asked[AT(w, s)] && owner[s] == CURRENT(w)) ->
      Send(w, claim, s, 0); opFresh[w] = true }
  /* Take what was handed over. */
  :: d_step { HAS_SESSION(w) && work[AT(w, s)] == none && state[s] == OPEN && asked[AT(w, s)] && owner[s] == CURRENT(w) && !(op[w] != nothing && opShard[w] == s) ->
      Begin(w, s, position[s], true) }
  /* Ask for what another one holds. */
  :: d_step { HAS_SESSION(w) && op[w] == nothing && !calm && requests > 0 && work[AT(w, s)] == none && state[s] == OPEN && owner[s] != NOBODY && owner[s] / 2 != w && MAY_BEGIN(s) ->
      requests--; Send(w, ask, s, 0); opFresh[w] = true; asked[AT(w, s)] = true }
  /* Deliver the next record: the deadline is looked at now. */
  :: d_step { IS_AT_REST(w, s) && finished[AT(w, s)] < RECORDS && !draining[AT(w, s)] ->
#ifndef NO_CLOCK
      assert(valid[AT(w, s)]);                                          /* I4: who counts on a lease holds it */
      for (k : 0 .. WORKERS - 1) { assert(work[AT(k, s)] != busy) }     /* I4 */
      k = 0;
#endif
      assert(s == PARENT || state[PARENT] == ENDED);                    /* I5 */
      assert(finished[AT(w, s)] <= handled[s]);                         /* I1, I2 */
      work[AT(w, s)] = busy }
  :: d_step { work[AT(w, s)] == busy && HAS_SESSION(w) ->
      work[AT(w, s)] = ready;
      finished[AT(w, s)]++;
      handled[s] = (finished[AT(w, s)] > handled[s] -> finished[AT(w, s)] : handled[s]) }
  /* Store the position. */
  :: d_step { IS_AT_REST(w, s) && finished[AT(w, s)] > position[s] -> Send(w, store, s, finished[AT(w, s)]); opFresh[w] = valid[AT(w, s)] }
  /* The shard has ended and all of it is finished. */
  :: d_step { IS_AT_REST(w, s) && finished[AT(w, s)] == RECORDS -> Send(w, endShard, s, RECORDS); opFresh[w] = valid[AT(w, s)] }
  /* It is asked for: no more records are begun, and when none is in the handler it is handed over. */
  :: d_step { HAS_SESSION(w) && work[AT(w, s)] != none && !draining[AT(w, s)] && valid[AT(w, s)] && wanted[s] != NOBODY && !fenced[wanted[s]] -> draining[AT(w, s)] = true }
  :: d_step { MAY_HAND_OVER(w, s) && draining[AT(w, s)] && wanted[s] != NOBODY ->
      Send(w, handOver, s, finished[AT(w, s)]); opFresh[w] = valid[AT(w, s)]; opTo[w] = wanted[s] }
  :: d_step { work[AT(w, s)] != none && draining[AT(w, s)] && wanted[s] == NOBODY && !(op[w] != nothing && opShard[w] == s) -> draining[AT(w, s)] = false }
  /* Give it back. */
  :: d_step { IS_AT_REST(w, s) && !calm && releases > 0 -> releases--; Send(w, release, s, finished[AT(w, s)]); opFresh[w] = valid[AT(w, s)] }
  od
}

proctype Session(byte w) {
  byte s, i, k, mine;
end:
  do
  /* The session begins with a row: its deadline is reckoned from before the row is sent. */
  :: d_step { alive[w] && !joined[CURRENT(w)] -> joined[CURRENT(w)] = true; left[w] = LEASE; Heard(CURRENT(w)) }

  /* Heartbeat. */
  :: d_step { !calm && alive[w] && joined[CURRENT(w)] && beat[w] == idle -> beat[w] = sent; leftThen[w] = LEASE }
  :: d_step { beat[w] == sent && !fenced[CURRENT(w)] -> Heard(CURRENT(w)); beat[w] = accepted }
  :: d_step { beat[w] == sent && fenced[CURRENT(w)] -> Leave(w) }
  :: d_step { beat[w] == accepted ->
#ifdef MUTANT_DEADLINE_AFTER_ANSWER
      left[w] = LEASE;
#else
      left[w] = (leftThen[w] > left[w] -> leftThen[w] : left[w]);
#endif
      leftThen[w] = 0;
      beat[w] = idle
    }
  :: d_step { !calm && losses > 0 && beat[w] != idle -> losses--; beat[w] = idle; leftThen[w] = 0 }

  /* A write that was sent arrives, whatever has become of who sent it; or it never does. */
  :: d_step { op[w] != nothing && phase[w] == sending -> s = opShard[w]; mine = (opFormer[w] -> FORMER(w) : CURRENT(w)); Apply(w); Tidy(); s = 0; mine = 0 }
  :: d_step { op[w] != nothing && phase[w] != sending -> s = opShard[w]; Take(w); Tidy(); s = 0 }
  :: d_step { op[w] != nothing && !calm && losses > 0 -> losses--; s = opShard[w]; Lose(w); Tidy(); s = 0 }
  :: d_step { op[w] != nothing && (opFormer[w] || !alive[w]) -> Clear(w); Tidy() }

  od
}

#define IS_LATE(w) (alive[w] && joined[CURRENT(w)] && (left[w] < LEASE || fenced[CURRENT(w)]))
#define GROWS(w, m) (alive[w] && (m) / 2 != (w) && joined[m] && !fenced[m] && !IS_CURRENT(m) && !moved[SEEN(w, m)] && age[SEEN(w, m)] < LEASE)
#if WORKERS > 2
#define IS_WAITED_FOR \
  (IS_LATE(0) || IS_LATE(1) || IS_LATE(2) || GROWS(0, 2) || GROWS(0, 3) || GROWS(0, 4) || GROWS(0, 5) || GROWS(1, 0) || GROWS(1, 1) || GROWS(1, 4) || GROWS(1, 5) \
  || GROWS(2, 0) || GROWS(2, 1) || GROWS(2, 2) || GROWS(2, 3))
#else
#define IS_WAITED_FOR (IS_LATE(0) || IS_LATE(1) || GROWS(0, 2) || GROWS(0, 3) || GROWS(1, 0) || GROWS(1, 1))
#endif

/* Time, for everybody alike. */
proctype Time() {
  byte i, j, k, w;
end:
  do
  :: d_step { !calm ->
      for (j : 0 .. WORKERS * MEMBERS - 1) {
        if :: joined[j % MEMBERS] && !fenced[j % MEMBERS] && j / MEMBERS != (j % MEMBERS) / 2 && age[j] < LEASE -> age[j]++ :: else fi
      }
      j = 0;
      for (w : 0 .. WORKERS - 1) {
#ifndef NO_CLOCK
        if :: leftThen[w] > 0 -> leftThen[w]-- :: else fi;
        if
        :: left[w] > 0 ->
          left[w]--;
          if :: left[w] == 0 -> Leave(w) :: else fi
        :: else
        fi
#else
        skip
#endif
      }
      w = 0
    }
  /* Heartbeats are punctual. Time goes on for as long as somebody waits for it. */
  :: d_step { calm && IS_WAITED_FOR ->
      for (w : 0 .. WORKERS - 1) {
        if
        :: alive[w] && joined[CURRENT(w)] && fenced[CURRENT(w)] -> Leave(w)
        :: alive[w] && joined[CURRENT(w)] && !fenced[CURRENT(w)] -> left[w] = LEASE; leftThen[w] = 0; beat[w] = idle
        :: else
        fi
      }
      w = 0;
      for (j : 0 .. WORKERS * MEMBERS - 1) {
        if
        :: IS_CURRENT(j % MEMBERS) -> age[j] = 0; moved[j] = false
        :: joined[j % MEMBERS] && !fenced[j % MEMBERS] && !IS_CURRENT(j % MEMBERS) && j / MEMBERS != (j % MEMBERS) / 2 && !moved[j] && age[j] < LEASE -> age[j]++
        :: else
        fi
      }
      j = 0
    }
  od
}

inline Die(me) {
  alive[me] = false;
  left[me] = 0;
  leftThen[me] = 0;
  beat[me] = idle;
  for (k : PARENT .. CHILD) {
    Forget(me, k);
    asked[AT(me, k)] = false
  }
  k = 0
}

#if WORKERS > 2
#define IS_NOT_THE_LAST(w) (alive[0] + alive[1] + alive[2] > 1)
#else
#define IS_NOT_THE_LAST(w) (alive[0] + alive[1] > 1)
#endif
#define CRASH(w) :: d_step { crashes > 0 && alive[w] && IS_NOT_THE_LAST(w) -> crashes--; Die(w) }

/* Workers die, all but one; at some moment the faults are over. */
proctype Faults() {
  byte k;
end:
  do
  CRASH(0)
  CRASH(1)
#if WORKERS > 2
  CRASH(2)
#endif
  :: d_step { true -> calm = true; crashes = 0; losses = 0; requests = 0; releases = 0 }; break
  od
}

/* Nothing can go on any more. */
proctype End() {
  timeout -> assert(IS_DONE)
}

init {
  byte i;
  atomic {
    owner[PARENT] = NOBODY;
    owner[CHILD] = NOBODY;
    wanted[PARENT] = NOBODY;
    wanted[CHILD] = NOBODY;
    state[PARENT] = OPEN;
    if :: state[CHILD] = OPEN :: state[CHILD] = MISSING fi;   /* a listing may have found the child already */
    for (i : 0 .. WORKERS - 1) {
      alive[i] = true;
      beat[i] = idle;
      work[AT(i, PARENT)] = none;
      work[AT(i, CHILD)] = none;
      op[i] = nothing;
      phase[i] = sending
    }
    i = 0;
    run Session(0); run Work(0, PARENT); run Work(0, CHILD); run Observer(0, 2); run Observer(0, 3);
    run Session(1); run Work(1, PARENT); run Work(1, CHILD); run Observer(1, 0); run Observer(1, 1);
#if WORKERS > 2
    run Observer(0, 4); run Observer(0, 5); run Observer(1, 4); run Observer(1, 5);
    run Session(2); run Work(2, PARENT); run Work(2, CHILD); run Observer(2, 0); run Observer(2, 1); run Observer(2, 2); run Observer(2, 3);
#endif
    run Time();
    run Faults();
    run End()
  }
}

/* With the faults over, nothing goes round in circles: both shards end. */
ltl ends { (<> calm) -> (<> (state[PARENT] == ENDED && state[CHILD] == ENDED)) }
