using StreamWorker.Simulation.Fixtures;
using StreamWorker.Simulation.Hunt;

namespace StreamWorker.Simulation.Mutants;

/// <summary>Shows each check at work: what it is there to find is done on purpose, and it must be found, by random runs or where those seldom come to it by a story.</summary>
public sealed class MutantTests
{
    private const int MostSeeds = 400;

    [Fact]
    public void Claim_on_values_that_were_read_again_breaks_I4() => AssertCaught("I4", new Mutation { Leases = (_, store) => new ClaimOnRereadValues(store) });

    [Fact]
    public void Checkpoint_without_epoch_breaks_I3() => AssertCaught("I3", new Mutation { LeaseTable = rows => new CheckpointWithoutEpoch(rows) }, async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Start("b");
        a.Table.OnCall = call => call.Operation == nameof(ILeaseStore.CheckpointAsync) ? new CallFate { Request = TimeSpan.FromSeconds(8) } : null;
        run.Table.WriteMany(10, 5);
        await run.PassAsync(3);
        a.Kill();
        await run.WriteSteadilyAsync(10, perSecond: 1);
        await run.EndAsync();
    });

    [Fact]
    public void Deadline_taken_after_the_reply_breaks_I4() => AssertCaught("I4", new Mutation { Leases = (_, store) => new DeadlineAfterTheReply(store) }, async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Start("b");
        var writing = run.WriteSteadilyAsync(10);
        await run.PassAsync(4);
        a.Table.Faults.IsCut = true;
        await writing;
        a.Table.Faults.Clear();
        await run.EndAsync();
    });

    [Fact]
    public void Child_before_its_parent_is_done_breaks_I5() => AssertCaught("I5", new Mutation { Streams = (_, streams) => new ChildBeforeParent(streams) });

    [Fact]
    public void Deleting_rows_because_a_listing_was_empty_breaks_I3() => AssertCaught("I3", new Mutation { Streams = (run, streams) => new DeleteOnEmptyListing(streams, run) }, async run =>
    {
        run.Table.WriteMany(10, 5);
        var listing = new ListingFaults(run.NewDice(), run.Time);
        run.Start("a").Listing.OnListed = listing.Apply;
        await run.AllHandledAsync();
        listing.EmptyPages = 0.5;
        await run.PassAsync(10);
        listing.Clear();
        await run.EndAsync();
    });

    [Fact]
    public void Child_that_starts_at_its_end_breaks_I3() => AssertCaught("I3", new Mutation { Streams = (run, streams) => new LatestOnChildren(streams, run.Ledger) });

    [Fact]
    public void Last_page_that_is_dropped_breaks_I3() => AssertCaught("I3", new Mutation { Streams = (_, streams) => new LastPageDropped(streams) });

    [Fact]
    public void Error_that_ends_a_shard_breaks_I3() => AssertCaught("I3", new Mutation { Streams = (_, streams) => new ErrorEndsShard(streams) });

    [Fact]
    public void Checkpoint_ahead_of_what_is_finished_breaks_I3() => AssertCaught("I3", new Mutation { Leases = (run, store) => new CheckpointAhead(store, run.Ledger) });

    [Fact]
    public void Failure_that_is_taken_for_success_breaks_I2() => AssertCaught("I2", new Mutation { Processor = inner => new FailureSwallowed(inner) }, async run =>
    {
        run.Start("a");
        await run.AllHeldAsync();
        run.Handler.Fails = record => record.Number == 3;
        await run.WriteSteadilyAsync(3, items: 2);
        run.Handler.Clear();
        await run.EndAsync();
    });

    [Fact]
    public void Worker_that_never_gets_a_lease_breaks_I6() => AssertCaught("I6", new Mutation { Leases = (_, store) => new ClaimNothing(store) });

    [Fact]
    public void Page_that_is_never_given_back_breaks_I7() => AssertCaught("I7", new Mutation { Streams = (_, streams) => new PageForgotten(streams) });

    [Fact]
    public void Lease_that_is_taken_instead_of_asked_for_breaks_I4() => AssertCaught("I4", new Mutation { Leases = (_, store) => new StealInsteadOfAsking(store) }, JoinAsync);

    [Fact]
    public void Hand_over_without_a_new_epoch_breaks_I4() => AssertCaught("I4", new Mutation { LeaseTable = rows => new HandOverWithoutEpoch(rows) }, JoinAsync);

    [Fact]
    public void Hand_over_before_the_handler_has_finished_breaks_I4() => AssertCaught("I4", new Mutation { Leases = (_, store) => new HandOverAtOnce(store) }, JoinAsync);

    [Fact]
    public void Hand_over_ahead_of_what_is_finished_breaks_I3() => AssertCaught("I3", new Mutation { Leases = (run, store) => new HandOverTooFar(store, run.Ledger) }, JoinAsync);

    [Fact]
    public void Worker_that_hands_nothing_over_breaks_I6() => AssertCaught("I6", new Mutation { Leases = (_, store) => new NeverHandOver(store) }, JoinAsync);

    [Fact]
    public void Reset_that_leaves_the_position_breaks_I3() => AssertCaught("I3", new Mutation { LeaseTable = rows => new ResetWithoutPosition(rows) }, ResetAsync);

    [Fact]
    public void Reset_under_an_owner_that_is_still_at_work_breaks_I3() => AssertCaught("I3", new Mutation { LeaseTable = rows => new ResetUnderTheOwner(rows) }, ResetAsync);

    /// <summary>The positions of two busy workers are moved back.</summary>
    private static async Task ResetAsync(Simulation run)
    {
        run.Start("a");
        run.Start("b");
        await run.AllHeldAsync();
        run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(100, 1500));
        var writing = run.WriteSteadilyAsync(6);
        await run.PassAsync(3);
        await run.NewOperator().ResetAsync(ResetPosition.TrimHorizon);
        await writing;
        run.Handler.Clear();
        await run.EndAsync();
    }

    /// <summary>A second worker joins a busy one, and is to have half of what that has.</summary>
    private static async Task JoinAsync(Simulation run)
    {
        run.Start("a");
        await run.AllHeldAsync();
        run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Between(50, 150));
        var writing = run.WriteSteadilyAsync(40, perSecond: 20, items: 20);
        run.Start("b");
        await run.BalancedAsync(35);
        await writing;
        run.Handler.Clear();
        await run.EndAsync();
    }

    /// <summary>No clock of a machine tells of such a pause, so nothing can stop the delivery: the check must.</summary>
    [Fact]
    public void Delivery_by_a_machine_that_cannot_know_that_it_was_suspended_breaks_I4() => AssertCaught("I4", new Mutation(), async run =>
    {
        var a = run.Start("a");
        await run.AllHeldAsync();
        run.Start("b");
        await run.PassAsync(2);
        var suspended = run.Scheduler.Now;
        a.Suspend();
        run.Table.WriteMany(10, 5);
        await run.AllHandledAsync();
        a.WakeUp();
        a.Clock.WallOffset -= TimeSpan.FromTicks(run.Scheduler.Now - suspended);
        await run.WriteSteadilyAsync(5);
        await run.EndAsync();
    });

    private static void AssertCaught(string rule, Mutation mutation, Func<Simulation, Task>? story = null)
    {
        var settings = new SimulationSettings { Shards = story == JoinAsync ? 4 : 1, Mutation = mutation, Worker = options => options.DiscoveryInterval = TimeSpan.FromSeconds(1) };
        if (story is not null && mutation != new Mutation())
            Simulation.Run(1, story, settings with { Mutation = null });
        var caught = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 1UL; seed <= MostSeeds && !caught.Contains(rule); seed++)
        {
            var failure = (story is null ? RandomWorld.Run(seed, mutation: mutation) : Simulation.RunOnce(seed, story, settings, isWritten: false)).Failure;
            if (failure is InvariantViolationException violation)
                caught.Add(violation.Rule);
            else
                Assert.Null(failure);
        }

        Assert.Contains(rule, caught);
    }
}
