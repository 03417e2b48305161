namespace StreamWorker.Consumer.Tests;

public sealed class LeaseSelectionTests
{
    private static readonly WorkerIdentity s_alive = new("a", "alive");
    private static readonly WorkerIdentity s_dead = new("b", "dead");

    [Fact]
    public void Selection_takes_free_leases_and_those_of_the_dead_that_may_start_and_no_other()
    {
        Lease[] leases =
        [
            LeaseOf("free", null), LeaseOf("dead", s_dead), LeaseOf("alive", s_alive), LeaseOf("blocked", null), LeaseOf("done", null) with { State = LeaseState.Done },
        ];
        var selected = LeaseSelection.SelectLeasesToClaim(leases, owner => owner == s_alive, lease => lease.Shard.Value != "blocked");
        Assert.Equal(["dead", "free"], selected.Select(lease => lease.Shard.Value));
    }

    [Fact]
    public void Selection_has_an_order_of_its_own() =>
        Assert.Equal(["a", "b", "c"], LeaseSelection.SelectLeasesToClaim([LeaseOf("c", null), LeaseOf("a", null), LeaseOf("b", null)], _ => true, _ => true).Select(lease => lease.Shard.Value));

    private static Lease LeaseOf(string shard, WorkerIdentity? owner) => new(new ShardId(shard), null, LeaseStart.TrimHorizon, null, LeaseState.Active, owner, 1);
}
