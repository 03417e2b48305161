namespace StreamWorker.Simulation.Fixtures;

/// <summary>Fixtures 48 and 49: streams that end, and what is begun after them.</summary>
public sealed class StreamEndTests
{
    private static readonly SimulationSettings s_oftenListed = new() { Worker = options => options.DiscoveryInterval = TimeSpan.FromSeconds(2) };

    [Fact]
    public void F48_Stream_that_is_disabled_and_enabled_again_is_read_to_its_end_before_the_new_one() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Start("b");
            run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Below(300));
            run.Table.WriteMany(20, 5);
            await run.PassAsync(1);
            var old = run.Scope;
            run.Table.Renew();
            run.Table.WriteMany(20, 5);
            await run.EndAsync();
            Assert.All(run.Rows.Leases.Where(entry => entry.Scope == old), entry => Assert.Equal(LeaseState.Done, entry.Lease.State));
            Assert.Equal(2, run.Rows.Leases.Select(entry => entry.Scope).Distinct().Count());
        },
        s_oftenListed with { Shards = 2 });

    [Fact]
    public void F49_Table_that_is_deleted_and_made_anew_under_its_name_has_positions_of_its_own() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Table.WriteMany(20, 5);
            await run.PassAsync(run.Dice.Fraction());
            run.Table.Recreate();
            run.Table.WriteMany(20, 5);
            await run.EndAsync();
            Assert.Equal(0, run.Ledger.Duplicates);
        },
        s_oftenListed);

    [Theory]
    [InlineData(ChildFilter.Honoured)]
    [InlineData(ChildFilter.Refused)]
    public void F48_Shard_whose_children_are_asked_for_while_the_stream_is_said_to_be_unknown_is_not_taken_for_one_without(ChildFilter filter) => Fixture.Run(
        async run =>
        {
            var a = run.Start("a");
            await run.AllHeldAsync();
            var parent = run.Ledger.Of(run.Table.OpenShards[0]);
            var child = run.Table.Roll(parent.Id);
            run.Table.WriteMany(10, 5);
            var refusals = 0;
            a.Stream.OnCall = call =>
            {
                if (call.Operation != nameof(IStreamsClient.DescribeStreamAsync))
                    return null;
                refusals++;
                return new CallFate { Refusal = StreamFaults.NotFound() };
            };
            await run.UntilAsync(() => refusals > 0, 20, "a has asked for the children");
            await run.PassAsync(run.Dice.Fraction());
            Assert.False(parent.IsDone && run.LeaseOf(child) is null);
            a.Kill();
            run.Table.Renew();
            run.Table.WriteMany(10, 5);
            run.Start("b");
            await run.EndAsync();
        },
        s_oftenListed with { ChildFilter = filter });

    [Fact]
    public void F48_Old_stream_whose_known_shards_are_done_is_listed_before_the_new_one_is_begun() => Fixture.Run(
        async run =>
        {
            var parent = run.Table.OpenShards[0];
            run.Table.Roll(parent);
            await run.LeaseTable.CreateLeaseAsync(run.Scope, new NewLease(parent, null, LeaseStart.TrimHorizon, LeaseState.Done), CancellationToken.None);
            run.Table.WriteMany(10, 5);
            run.Table.Renew();
            run.Table.WriteMany(10, 5);
            run.Start("a");
            await run.EndAsync();
        },
        s_oftenListed);

    [Fact]
    public void F48_Stream_that_is_listed_and_said_to_be_unknown_for_long_is_not_given_up_for_a_new_one() => Fixture.Run(
        async run =>
        {
            run.Start("a");
            await run.AllHeldAsync();
            run.Handler.Takes = _ => TimeSpan.FromSeconds(5);
            run.Table.WriteMany(20, 5);
            var b = run.Start("b");
            var old = run.Table.Table.StreamArn;
            b.Listing.OnListed = answer => answer.Stream == old ? throw StreamFaults.NotFound() : answer;
            run.Table.Renew();
            run.Table.WriteMany(20, 5);
            await run.PassAsync(70);
            Assert.Contains(b.Status.GetReadiness(), finding => !finding.IsHealthy);
            b.Listing.OnListed = null;
            run.Handler.Clear();
            await run.EndAsync();
        },
        s_oftenListed);
}
