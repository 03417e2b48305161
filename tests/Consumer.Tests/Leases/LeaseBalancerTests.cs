using CsCheck;

namespace StreamWorker.Consumer.Tests;

public sealed class LeaseBalancerTests
{
    private static readonly WorkerIdentity s_dead = new("dead", "dead");

    private static readonly Gen<(int Workers, int[] Owners, int Seed)> s_worlds = Gen.Select(
        Gen.Int[1, 12], Gen.Int[-1, 11].Array[0, 60], Gen.Int[0, 1_000_000]);

    [Fact]
    public void Lone_worker_takes_everything_that_is_free() =>
        Assert.Equal(["a", "b", "c"], Plan(0, 1, [Free("c"), Free("a"), Free("b")]).Claims.Select(lease => lease.Shard.Value));

    [Fact]
    public void Each_of_several_takes_its_share_and_together_they_take_everything_once()
    {
        BalanceLease[] leases = [.. Enumerable.Range(0, 11).Select(i => Free($"s{i:D2}"))];
        var taken = Enumerable.Range(0, 4).Select(worker => Plan(worker, 4, leases).Claims).ToList();
        Assert.Equal([2, 3, 3, 3], taken.Select(claims => claims.Count).Order());
        Assert.Equal(leases.Select(lease => lease.Lease.Shard), taken.SelectMany(claims => claims).Select(lease => lease.Shard).OrderBy(shard => shard.Value, StringComparer.Ordinal));
    }

    [Fact]
    public void Free_lease_that_nobody_takes_is_taken_by_anybody() =>
        Assert.Equal(["b"], Plan(0, 2, [Held("a", 0), Free("b") with { IsOverdue = true }]).Claims.Select(lease => lease.Shard.Value));

    [Fact]
    public void Worker_with_less_than_its_share_asks_the_one_with_more_for_busy_and_young_shards_first_and_for_few_at_a_time()
    {
        BalanceLease[] leases = [Held("1", 0), Held("2", 0) with { IsBusy = true }, Held("3", 0), Held("4", 0) with { IsBusy = true }, Held("5", 0), Held("6", 0)];
        Assert.Equal(["4", "2"], Plan(1, 2, leases).Requests.Select(lease => lease.Shard.Value));
        leases[3] = Held("4", 0, requester: 1);
        Assert.Equal(["2"], Plan(1, 2, leases).Requests.Select(lease => lease.Shard.Value));
        leases[1] = Held("2", 0, requester: 1);
        Assert.Empty(Plan(1, 2, leases).Requests);
        Assert.Empty(Plan(0, 2, leases).Requests);
    }

    [Fact]
    public void Lease_that_has_moved_a_while_ago_is_left_where_it_is() =>
        Assert.Equal(["1"], Plan(1, 2, [Held("1", 0), Held("2", 0) with { IsResting = true }]).Requests.Select(lease => lease.Shard.Value));

    [Fact]
    public void Nothing_is_asked_for_while_workers_come_and_go() =>
        Assert.Empty(LeaseBalancer.Plan(View(1, 2, [Held("1", 0), Held("2", 0)]) with { MayAsk = false }).Requests);

    [Fact]
    public void Leases_of_a_worker_that_leaves_are_neither_asked_for_nor_made_up_for_by_others()
    {
        // The first worker is about to stop and no member any more: its leases will be free soon.
        var view = new BalanceView(Worker(1), [Member(1), Member(2)], [Held("1", 0), Held("2", 0), Held("3", 1), Held("4", 2)], MayAsk: true);
        var plan = LeaseBalancer.Plan(view);
        Assert.Empty(plan.Claims);
        Assert.Empty(plan.Requests);
    }

    [Fact]
    public void Leases_that_are_offered_are_asked_for_at_once_by_all_who_stay_each_its_share_and_by_nobody_twice()
    {
        BalanceLease[] leases = [.. Enumerable.Range(0, 9).Select(i => Offered($"s{i}")), Held("t", 0), Held("u", 1)];
        var asked = Enumerable.Range(0, 3).Select(worker => LeaseBalancer.Plan(View(worker, 3, leases) with { MayAsk = false }).Requests).ToList();
        Assert.Equal([3, 3, 3], asked.Select(requests => requests.Count));
        Assert.Equal(leases.Take(9).Select(lease => lease.Lease.Shard.Value), asked.SelectMany(requests => requests).Select(lease => lease.Shard.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Offered_lease_that_nobody_asks_for_is_asked_for_by_anybody() =>
        Assert.Equal(["b"], Plan(0, 2, [Held("a", 0), Offered("b") with { IsOverdue = true }]).Requests.Select(lease => lease.Shard.Value));

    [Fact]
    public void Younger_workers_get_what_cannot_be_shared_evenly()
    {
        var view = new BalanceView(Worker(0), [new BalanceWorker(Worker(0), 1), new BalanceWorker(Worker(1), 9)], [Held("1", 0), Held("2", 1), Free("3")], MayAsk: true);
        Assert.Single(LeaseBalancer.Plan(view).Claims);
        Assert.Empty(LeaseBalancer.Plan(view with { Self = Worker(1) }).Claims);
    }

    [Fact]
    public void Workers_that_see_the_same_come_to_even_shares_with_no_more_moves_than_it_takes_and_then_rest() => s_worlds.Sample(world =>
    {
        var group = new Group(world.Workers, world.Owners);
        var least = group.LeastMoves;
        for (var round = 0; round < 80; round++)
            group.Turn(static (_, now, _) => now);
        group.AssertEven();
        Assert.Equal(least, group.Moves);
        group.AssertAtRest();
    });

    [Fact]
    public void Workers_that_see_what_was_a_while_ago_come_to_even_shares_and_then_rest() => s_worlds.Sample(world =>
    {
        var group = new Group(world.Workers, world.Owners);
        var random = new Random(world.Seed);
        for (var round = 0; round < 200; round++)
            group.Turn((_, now, before) => random.Next(2) == 0 ? now : before);
        group.AssertEven();
        // Once even, always even: nothing goes to and fro.
        var moves = group.Moves;
        for (var round = 0; round < 20; round++)
            group.Turn((_, now, before) => random.Next(2) == 0 ? now : before);
        Assert.Equal(moves, group.Moves);
        group.AssertAtRest();
    });

    private static BalancePlan Plan(int self, int workers, IReadOnlyList<BalanceLease> leases) => LeaseBalancer.Plan(View(self, workers, leases));

    private static BalanceView View(int self, int workers, IReadOnlyList<BalanceLease> leases) => new(Worker(self), [.. Enumerable.Range(0, workers).Select(Member)], leases, MayAsk: true);

    private static WorkerIdentity Worker(int number) => new($"w{number}", $"i{number:D3}");

    private static BalanceWorker Member(int number) => new(Worker(number), 0);

    private static BalanceLease Free(string shard) => new(LeaseOf(shard, s_dead), IsFree: true);

    /// <summary>A lease whose owner leaves.</summary>
    private static BalanceLease Offered(string shard) => new(LeaseOf(shard, new WorkerIdentity("leaving", "leaving")), IsFree: false) { IsOffered = true };

    private static BalanceLease Held(string shard, int owner, int? requester = null) =>
        new(LeaseOf(shard, Worker(owner)) with { Requester = requester is { } number ? Worker(number) : null }, IsFree: false);

    private static Lease LeaseOf(string shard, WorkerIdentity? owner) => new(new ShardId(shard), null, LeaseStart.TrimHorizon, null, LeaseState.Active, owner, 1);

    /// <summary>Workers that act on what they see of a table of leases, one after the other; who is asked hands over at the end of the turn.</summary>
    private sealed class Group
    {
        private readonly int _workers;
        private readonly Lease[] _leases;
        private Lease[] _before;

        public Group(int workers, int[] owners)
        {
            _workers = workers;
            _leases = [.. owners.Select((owner, i) => LeaseOf($"s{i:D3}", owner < 0 ? null : owner < workers ? Worker(owner) : s_dead))];
            _before = [.. _leases];
        }

        public int Moves { get; private set; }

        /// <summary>Gets how many leases that are held must move so that all have their share.</summary>
        public int LeastMoves
        {
            get
            {
                var (floor, more) = Math.DivRem(_leases.Length, _workers);
                return Counts.OrderDescending().Select((count, place) => Math.Max(0, count - (place < more ? floor + 1 : floor))).Sum();
            }
        }

        private List<int> Counts => [.. Enumerable.Range(0, _workers).Select(worker => _leases.Count(lease => lease.Owner == Worker(worker)))];

        public void Turn(Func<int, Lease[], Lease[], Lease[]> see)
        {
            var (now, before) = ((Lease[])[.. _leases], _before);
            for (var worker = 0; worker < _workers; worker++)
                Act(worker, see(worker, now, before));
            _before = now;
            for (var i = 0; i < _leases.Length; i++)
            {
                if (_leases[i].Requester is not { } requester)
                    continue;
                _leases[i] = _leases[i] with { Owner = requester, Requester = null, Epoch = _leases[i].Epoch + 1 };
                Moves++;
            }
        }

        public void AssertEven() => Assert.InRange(Counts.Max() - Counts.Min(), 0, 1);

        public void AssertAtRest()
        {
            for (var worker = 0; worker < _workers; worker++)
            {
                var plan = PlanOf(worker, _leases);
                Assert.Empty(plan.Claims);
                Assert.Empty(plan.Requests);
            }
        }

        private void Act(int worker, Lease[] seen)
        {
            var plan = PlanOf(worker, seen);
            Assert.InRange(plan.Requests.Count, 0, LeaseBalancer.MostRequests);
            foreach (var claim in plan.Claims)
            {
                Assert.True(claim.Owner is null || claim.Owner == s_dead, "a lease is taken from a worker that is alive");
                var i = IndexOf(claim);
                if (_leases[i].Owner == claim.Owner && _leases[i].Epoch == claim.Epoch)
                    _leases[i] = claim with { Owner = Worker(worker), Epoch = claim.Epoch + 1 };
            }

            foreach (var wanted in plan.Requests)
            {
                var i = IndexOf(wanted);
                if (_leases[i].Owner == wanted.Owner && _leases[i].Epoch == wanted.Epoch && _leases[i].Requester is null)
                    _leases[i] = _leases[i] with { Requester = Worker(worker) };
            }
        }

        private int IndexOf(Lease lease) => Array.FindIndex(_leases, other => other.Shard == lease.Shard);

        private BalancePlan PlanOf(int worker, Lease[] seen) => Plan(worker, _workers, [.. seen.Select(lease => new BalanceLease(lease, lease.Owner is null || lease.Owner == s_dead))]);
    }
}
