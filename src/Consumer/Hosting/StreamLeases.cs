using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// A worker's part in the leases of one stream: sees what the others do, claims what is free or belonged to a worker that is dead, asks for what it has too little of, and
/// is asked. Owned by the loop of its <see cref="StreamSession"/>.
/// </summary>
internal sealed class StreamLeases(LeaseScope scope, WorkerHeartbeat heartbeat, ConsumerTools tools)
{
    private const int ClaimsAtATime = 8;
    private const int SmallGroup = 10;

    // All workers together read no more than 10,000 rows a second while leases change hands: 1,000 request units.
    private static readonly TimeSpan TimePerRowRead = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan ShortestScanInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestScanInterval = TimeSpan.FromMinutes(2);

    private readonly TimeSpan _leaseDuration = tools.Worker.LeaseDuration;
    private readonly WorkerWatch _watch = new(tools.Leases, scope.Application, tools.Consumer, tools.Worker.LeaseDuration, tools.Time, tools.Logger);
    private readonly LeaseHistory _history = new(tools.Worker.LeaseDuration * 10, tools.Worker.LeaseDuration, tools.Worker.LeaseDuration * 0.4, tools.Time);
    private readonly LeaseRequests _requests = new(tools.Leases, scope, tools.Time, tools.Logger);
    private LeaseSession? _session;
    private string _members = "";
    private long _changedAt;
    private long? _scannedAt;
    private long? _askedAt;
    private bool _hasMore;

    /// <summary>Gets the leases as they were listed last, those of finished shards included.</summary>
    public LeaseListing All { get; private set; } = new([]);

    /// <summary>Gets what is ordered for the consumer, as it was seen last.</summary>
    public ConsumerControl Control => _watch.Control;

    /// <summary>Gets how many workers take part, as far as is known.</summary>
    public int Workers => Math.Max(1, _watch.Staying.Count);

    /// <summary>Gets the pause until the next turn: short while leases are about to change hands, or are left to claim. A small group looks twice as often: its rows are read for next to nothing.</summary>
    public TimeSpan Pause => _hasMore ? _leaseDuration / 100 : _watch.IsHandOverDue ? HandOverPause : _requests.AreOpen || Workers <= SmallGroup ? _leaseDuration / 6 : _leaseDuration / 3;

    /// <summary>Gets the pause between two looks while a worker hands over what it holds. Each look reads all rows, so it is longer where there are many of them and many who look.</summary>
    public TimeSpan HandOverPause
    {
        get
        {
            var shortest = _leaseDuration / 12;
            var fair = TimePerRowRead * All.Count * Workers;
            return fair < shortest ? shortest : fair < _leaseDuration / 6 ? fair : _leaseDuration / 6;
        }
    }

    /// <summary>Lists the leases.</summary>
    public async ValueTask ScanAsync(CancellationToken stop)
    {
        All = await tools.Leases.ListLeasesAsync(scope, stop);
        _scannedAt = tools.Time.GetTimestamp();
        if (_history.Observe(All))
            _changedAt = tools.Time.GetTimestamp();
    }

    /// <summary>Has the leases listed anew at the next turn: what was listed is not so any more.</summary>
    public void Outdate() => _scannedAt = null;

    /// <summary>Does what is due under a session.</summary>
    public async ValueTask TurnAsync(LeaseSession session, ILeasedWork work, CancellationToken stop)
    {
        if (session != _session)
        {
            _requests.Clear();
            (_session, _members) = (session, "");
        }

        _hasMore = false;
        await LookAtRequestsAsync(session, work, stop);
        await LookAsync(stop);
        await _watch.FenceSilentAsync(stop);
        foreach (var lease in All.Where(lease => lease.Owner == session.Worker))
        {
            // The listing may tell of a hand-over before the next look at the requests does.
            if (_requests.TryTake(lease))
                work.Start(lease, session);
            else if (lease.Requester is { } requester && requester != session.Worker && _watch.IsStaying(requester))
                work.HandOver(lease, requester);
        }

        // The worker that comes first does what is to be done once for all.
        var isFirst = _watch.Staying.All(row => string.CompareOrdinal(session.Worker.Incarnation, row.Worker.Incarnation) <= 0);
        await work.ObeyAsync(lease => lease.Owner is not { } owner || !IsOfOther(owner, session), isFirst, stop);
        var plan = LeaseBalancer.Plan(ViewOf(session, work));
        await ClaimAsync(plan.Claims, session, work, stop);
        foreach (var some in plan.Requests.Chunk(ClaimsAtATime))
            await _requests.AskAsync(some, session.Worker, _history.Refused, stop);
        await _watch.ForgetDeadAsync(stop);
    }

    /// <summary>Offers what a session holds to the workers that stay, and hands over what they have asked for.</summary>
    /// <returns>False when nobody stays who could ask.</returns>
    public async ValueTask<bool> OfferAsync(LeaseSession session, ILeasedWork work, CancellationToken stop)
    {
        await ScanAsync(stop);
        await _watch.ListAsync(stop);
        await _watch.FenceSilentAsync(stop);
        foreach (var lease in All.Where(lease => lease.Owner == session.Worker))
        {
            if (lease.Requester is { } requester && requester != session.Worker && _watch.IsStaying(requester))
                work.HandOver(lease, requester);
        }

        return _watch.Staying.Any(row => row.Worker != session.Worker && !heartbeat.IsFormer(row.Worker.Incarnation));
    }

    /// <summary>Looks how what was asked for stands. Each look is a write, so it is not made at every turn; the listing tells of most hand-overs.</summary>
    private async ValueTask LookAtRequestsAsync(LeaseSession session, ILeasedWork work, CancellationToken stop)
    {
        if (_askedAt is { } asked && tools.Time.GetElapsedTime(asked) < _leaseDuration / 8)
            return;
        _askedAt = tools.Time.GetTimestamp();
        // An owner that looks rarely is given the time to look.
        await _requests.LookAsync(session.Worker, ScanInterval + (_leaseDuration * 3), lease => work.Start(lease, session), _history.Refused, stop);
    }

    /// <summary>
    /// Gets the time between two listings while nothing moves. They are what a quiet group costs: each worker reads all rows. Shared out like this, the workers together read a
    /// twentieth of what a heartbeat for each lease would write.
    /// </summary>
    private TimeSpan ScanInterval
    {
        get
        {
            var fair = _leaseDuration * Workers * 2 / 3;
            return fair < ShortestScanInterval ? ShortestScanInterval : fair < LongestScanInterval ? fair : LongestScanInterval;
        }
    }

    private async ValueTask LookAsync(CancellationToken stop)
    {
        var isDue = _watch.IsAnybodyLeaving;
        if (!isDue)
        {
            await _watch.ListAsync(stop);
            isDue = _watch.Members != _members || IsMoving() || _scannedAt is not { } scanned || tools.Time.GetElapsedTime(scanned) >= ScanInterval;
        }

        if (!isDue)
            return;

        // Workers are listed after leases: an owner writes its own row before it claims.
        await ScanAsync(stop);
        await _watch.ListAsync(stop);
        if (_watch.Members == _members)
            return;
        _members = _watch.Members;
        _changedAt = tools.Time.GetTimestamp();
    }

    /// <summary>Tells whether leases can be expected to move: workers or leases did a while ago, or somebody is giving back what it holds.</summary>
    private bool IsMoving() => _watch.IsAnybodyLeaving || All.Reset is { IsPending: true } || tools.Time.GetElapsedTime(_changedAt) < tools.Worker.RebalanceDelay + (_leaseDuration * 5);

    private BalanceView ViewOf(LeaseSession session, ILeasedWork work)
    {
        var finished = All.ToDictionary(lease => lease.Shard, lease => lease.State == LeaseState.Done);
        var leases = new List<BalanceLease>(All.Count);
        foreach (var lease in All.Where(lease => lease.State == LeaseState.Active))
        {
            if (work.IsRunning(lease.Shard))
                leases.Add(_history.Look(lease with { Owner = session.Worker }, isFree: false));
            else if (lease.Owner is { } owner && IsOfOther(owner, session))
                leases.Add(_history.Look(lease, isFree: false, IsOffered(lease, owner)));
            else if (work.MayStart(lease, finished))
                leases.Add(Free(lease, session, work));
        }

        var workers = _watch.Staying.Where(row => row.Worker != session.Worker && !heartbeat.IsFormer(row.Worker.Incarnation)).Select(row => new BalanceWorker(row.Worker, AgeOf(row.Beat)));
        var mayAsk = Control.Pause == PauseMode.None && All.Reset is not { IsPending: true } && tools.Time.GetElapsedTime(_changedAt) >= tools.Worker.RebalanceDelay;
        return new BalanceView(session.Worker, [.. workers, new BalanceWorker(session.Worker, AgeOf(heartbeat.Beat))], leases, mayAsk);
    }

    /// <summary>
    /// Some are not left to whose share they are: a lease in this worker's own name without work on it is the rest of an answer that was lost, or of an earlier session;
    /// and who has finished a shard goes on with its children, without a pause that others would need to see them.
    /// </summary>
    private BalanceLease Free(Lease lease, LeaseSession session, ILeasedWork work)
    {
        var seen = _history.Look(lease, isFree: true);
        var isOwn = lease.Owner is { } owner && (owner == session.Worker || heartbeat.IsFormer(owner.Incarnation));
        var isNewborn = lease.Epoch == 0 && lease.Parent is { } parent && work.HasEnded(parent);
        return isOwn || isNewborn ? seen with { IsOverdue = true } : seen;
    }

    private bool IsOffered(Lease lease, WorkerIdentity owner) => _watch.IsLeaving(owner) && (lease.Requester is not { } requester || !_watch.IsStaying(requester));

    /// <summary>Tells whether an owner is another worker that may be alive.</summary>
    private bool IsOfOther(WorkerIdentity owner, LeaseSession session) =>
        _watch.IsAlive(owner) && owner.Incarnation != session.Worker.Incarnation && !heartbeat.IsFormer(owner.Incarnation);

    /// <summary>Claims leases, some at a time. When it takes long the rest is left to the next turn: others may have joined who are to have some.</summary>
    private async ValueTask ClaimAsync(IReadOnlyList<Lease> leases, LeaseSession session, ILeasedWork work, CancellationToken stop)
    {
        var begun = tools.Time.GetTimestamp();
        foreach (var some in leases.Chunk(ClaimsAtATime))
        {
            if (tools.Time.GetElapsedTime(begun) > _leaseDuration / 3)
            {
                _hasMore = true;
                Outdate();
                return;
            }

            var claims = some.Select(lease => tools.Leases.ClaimAsync(scope, lease, session.Worker, stop).AsTask()).ToList();
            try
            {
                await Task.WhenAll(claims);
            }
            finally
            {
                foreach (var claim in claims.Where(claim => claim.IsCompletedSuccessfully))
                {
                    if (await claim is { } claimed)
                        work.Start(claimed, session);
                    else
                        Outdate();
                }
            }
        }
    }

    private static int AgeOf(long beat) => (int)Math.Log2(Math.Max(1, beat));
}

/// <summary>The work on the shards whose leases are held, as their keeper sees it.</summary>
internal interface ILeasedWork
{
    /// <summary>Tells whether a shard is being worked on.</summary>
    bool IsRunning(ShardId shard);

    /// <summary>Does what is ordered.</summary>
    /// <param name="isFree">Tells whether no other worker that may be alive holds a lease.</param>
    /// <param name="isFirst">Whether this worker does what is to be done once for all.</param>
    /// <param name="stop">Cancels the calls.</param>
    ValueTask ObeyAsync(Func<Lease, bool> isFree, bool isFirst, CancellationToken stop);

    /// <summary>Tells whether a shard was finished here.</summary>
    bool HasEnded(ShardId shard);

    /// <summary>Tells whether a shard can be worked on now: its parents are finished, and it did not just fail.</summary>
    bool MayStart(Lease lease, IReadOnlyDictionary<ShardId, bool> finished);

    /// <summary>Begins the work on a shard.</summary>
    void Start(Lease lease, LeaseSession session);

    /// <summary>Ends the work on a shard in order and hands its lease over.</summary>
    void HandOver(Lease lease, WorkerIdentity successor);
}
