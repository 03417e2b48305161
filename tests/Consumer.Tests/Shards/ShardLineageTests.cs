namespace StreamWorker.Consumer.Tests;

public sealed class ShardLineageTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void First_start_from_the_horizon_reads_every_shard_from_its_oldest_record()
    {
        var plans = ShardLineage.FirstStart(Snapshot(Closed(1, null), Open(2, 1)), onlyNewRecords: false);
        Assert.All(plans, plan => Assert.Equal(ShardStart.TrimHorizon, plan.Start));
        Assert.Equal(2, plans.Count);
    }

    [Fact]
    public void First_start_S74_for_new_records_reads_leaves_from_now_and_their_ancestors_not_at_all()
    {
        var plans = ShardLineage.FirstStart(Snapshot(Closed(1, null), Closed(2, 1), Open(3, 2), Open(4, 2), Open(5, null)), onlyNewRecords: true)
            .ToDictionary(plan => plan.Shard.Id, plan => plan.Start);
        Assert.Equal(ShardStart.NotAtAll, plans[Id(1)]);
        Assert.Equal(ShardStart.NotAtAll, plans[Id(2)]);
        Assert.Equal(ShardStart.Now, plans[Id(3)]);
        Assert.Equal(ShardStart.Now, plans[Id(4)]);
        Assert.Equal(ShardStart.Now, plans[Id(5)]);
    }

    [Fact]
    public void First_start_S74_for_new_records_reads_a_closed_leaf_too_since_its_child_may_not_be_listed_yet() =>
        Assert.Equal(ShardStart.Now, Assert.Single(ShardLineage.FirstStart(Snapshot(Closed(1, null)), onlyNewRecords: true)).Start);

    [Fact]
    public void First_start_S74_for_new_records_plans_those_that_carry_its_time_first()
    {
        var plans = ShardLineage.FirstStart(Snapshot(Closed(1, null), Open(2, 1), Closed(3, null), Open(4, 3)), onlyNewRecords: true);
        Assert.Equal([ShardStart.Now, ShardStart.Now, ShardStart.NotAtAll, ShardStart.NotAtAll], plans.Select(plan => plan.Start));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Newcomers_S73_are_read_from_their_oldest_record_whatever_the_start_was(bool onlyNewRecords)
    {
        var plan = Assert.Single(ShardLineage.Newcomers(Snapshot(Closed(1, null), Open(2, 1)), new HashSet<ShardId> { Id(1) }, onlyNewRecords));
        Assert.Equal(Id(2), plan.Shard.Id);
        Assert.Equal(ShardStart.TrimHorizon, plan.Start);
    }

    [Fact]
    public void Newcomers_S74_without_known_parent_belong_to_a_first_start_for_new_records_that_was_not_completed()
    {
        var plans = ShardLineage.Newcomers(Snapshot(Open(1, null), Open(2, null), Closed(3, null), Open(4, 3)), new HashSet<ShardId> { Id(1) }, onlyNewRecords: true);
        Assert.All(plans, plan => Assert.Equal(ShardStart.FirstStart, plan.Start));
        Assert.Equal(3, plans.Count);
    }

    [Fact]
    public void A_shard_without_parent_may_start() => Assert.True(ShardLineage.MayStart(null, _ => null, Snapshot(), null));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_child_S70_may_start_when_its_parent_is_finished_and_not_before(bool isFinished) =>
        Assert.Equal(isFinished, ShardLineage.MayStart(Id(1), _ => isFinished, Snapshot(Closed(1, null), Open(2, 1)), null));

    [Fact]
    public void A_child_S75_of_a_parent_that_is_listed_but_has_no_lease_waits() =>
        Assert.False(ShardLineage.MayStart(Id(1), _ => null, Snapshot(Open(1, null), Open(2, 1)), Snapshot(Open(2, 1))));

    [Fact]
    public void A_child_S72_V21_whose_parent_is_beyond_retention_and_not_listed_may_start() =>
        Assert.True(ShardLineage.MayStart(Id(1, TimeSpan.FromHours(25)), _ => null, Snapshot(Open(2, 1)), null));

    [Fact]
    public void A_child_S72_whose_parent_has_no_time_in_its_name_and_is_not_listed_may_start() =>
        Assert.True(ShardLineage.MayStart(new ShardId("emulated-shard"), _ => null, Snapshot(Open(2, null)), null));

    [Fact]
    public void A_child_S75_whose_young_parent_is_missing_from_one_listing_waits_for_another_one()
    {
        var without = Snapshot(Open(2, 1));
        Assert.False(ShardLineage.MayStart(Id(1), _ => null, without, null));
        Assert.False(ShardLineage.MayStart(Id(1), _ => null, without, Snapshot(Closed(1, null), Open(2, 1))));
        Assert.True(ShardLineage.MayStart(Id(1), _ => null, without, without));
    }

    [Fact]
    public void A_child_S75_whose_parent_is_younger_than_the_listings_waits()
    {
        var old = Snapshot(Open(2, 1));
        var unborn = Id(1, TimeSpan.FromMinutes(-1));
        Assert.False(ShardLineage.MayStart(unborn, _ => null, old, old));
    }

    [Fact]
    public void Parents_are_planned_before_their_children_S75()
    {
        var (parent, child) = (new Shard(Id(9, TimeSpan.FromHours(2)), null, null, null), new Shard(Id(1, TimeSpan.FromHours(1)), Id(9, TimeSpan.FromHours(2)), null, null));
        Assert.Equal([parent.Id, child.Id], ShardLineage.FirstStart(Snapshot(child, parent), onlyNewRecords: false).Select(plan => plan.Shard.Id));
        Assert.Equal([parent.Id, child.Id], ShardLineage.Newcomers(Snapshot(child, parent), new HashSet<ShardId>(), onlyNewRecords: false).Select(plan => plan.Shard.Id));
    }

    [Fact]
    public void Finished_shard_is_forgotten_after_two_days_when_two_complete_listings_do_not_have_it()
    {
        var (old, young) = (Id(1, TimeSpan.FromHours(48)), Id(1, TimeSpan.FromHours(47)));
        var without = Snapshot(Open(2, null));
        Assert.True(ShardLineage.MayBeForgotten(old, without, without));
        Assert.False(ShardLineage.MayBeForgotten(young, without, without));
        Assert.False(ShardLineage.MayBeForgotten(old, without, null));
        Assert.False(ShardLineage.MayBeForgotten(old, without, Snapshot(new Shard(old, null, null, null))));
        Assert.False(ShardLineage.MayBeForgotten(old, Snapshot(new Shard(old, null, null, null)), without));
        Assert.False(ShardLineage.MayBeForgotten(new ShardId("emulated-shard"), without, without));
    }

    [Fact]
    public void Nothing_is_forgotten_because_a_listing_was_empty_or_cannot_be_relied_upon()
    {
        var old = Id(1, TimeSpan.FromDays(5));
        var without = Snapshot(Open(2, null));
        Assert.False(ShardLineage.MayBeForgotten(old, Snapshot(), without));
        Assert.False(ShardLineage.MayBeForgotten(old, without, Snapshot()));
        Assert.False(ShardLineage.MayBeForgotten(old, without with { IsCertain = false }, without));
        Assert.False(ShardLineage.MayBeForgotten(old, without with { ServiceTime = null }, without));
    }

    private static ShardId Id(int number, TimeSpan? age = null) => new($"shardId-{(s_now - (age ?? TimeSpan.FromHours(1))).ToUnixTimeMilliseconds():D20}-{number:x8}");

    private static Shard Open(int number, int? parent) => new(Id(number), parent is { } id ? Id(id) : null, Pages.Number(number * 10), null);

    private static Shard Closed(int number, int? parent) => Open(number, parent) with { EndingSequenceNumber = Pages.Number((number * 10) + 5) };

    private static StreamSnapshot Snapshot(params Shard[] shards) => new(StreamStatus.Enabled, shards.ToDictionary(shard => shard.Id), s_now);
}
