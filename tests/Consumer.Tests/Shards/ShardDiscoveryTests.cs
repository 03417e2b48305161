namespace StreamWorker.Consumer.Tests;

public sealed class ShardDiscoveryTests
{
    [Fact]
    public void Listing_S13_V27_follows_every_page_and_one_without_shards_too() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world, shards: 7);
        streams.ShardsPerPage = 2;
        IReadOnlyList<Shard> held = [];
        streams.OnDescribed = (_, answer) =>
        {
            if (streams.CountCalls(StreamsOperation.DescribeStream) == 1)
            {
                held = answer.Shards;
                return answer with { Shards = [] };
            }

            answer = answer with { Shards = [.. held, .. answer.Shards] };
            held = [];
            return answer;
        };
        var snapshot = await discovery.ListAsync(default);
        Assert.Equal(table.Shards.Select(shard => shard.Id).ToHashSet(), snapshot.Shards.Keys.ToHashSet());
        Assert.Equal(4, streams.CountCalls(StreamsOperation.DescribeStream));
    });

    [Fact]
    public void Listing_S13_that_never_ends_is_an_error() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        streams.OnDescribed = (_, answer) => answer with { LastEvaluated = table.Shards[0].Id };
        var error = await Assert.ThrowsAsync<StreamServiceException>(() => discovery.ListAsync(default).AsTask());
        Assert.Equal(StreamErrorKind.ServiceFault, error.Kind);
        Assert.Equal(1000, streams.CountCalls(StreamsOperation.DescribeStream));
    });

    [Fact]
    public void Listing_S75_that_shows_a_closed_shard_without_child_is_taken_again() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        var child = table.RollShard();
        table.HideShard(child);
        streams.OnCall = call =>
        {
            if (call.Number == 3)
                table.HideShard(child, isHidden: false);
            return null;
        };
        Assert.Contains(child, (await discovery.ListAsync(default)).Shards.Keys);
        Assert.Equal(3, streams.CountCalls(StreamsOperation.DescribeStream));
    });

    [Fact]
    public void Listing_S75_that_keeps_contradicting_itself_is_used_as_it_is_after_five_times() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        table.HideShard(table.RollShard());
        Assert.Single((await discovery.ListAsync(default)).Shards);
        Assert.Equal(5, streams.CountCalls(StreamsOperation.DescribeStream));
    });

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 26)]
    public void Listing_S75_of_a_disabled_stream_or_of_an_old_shard_is_taken_once(bool isDisabled, double hours) => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        var stream = table.StreamArn;
        table.HideShard(table.RollShard());
        if (isDisabled)
            table.DisableStream();
        await world.PassAsync(hours * 3600);
        await discovery.ListAsync(default);
        Assert.Equal(1, streams.CountCalls(StreamsOperation.DescribeStream));
    });

    [Fact]
    public void Children_S14_V23_that_are_listed_late_are_found_within_two_seconds() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        var parent = table.Shards[0].Id;
        var child = table.RollShard();
        table.HideShard(child);
        streams.OnCall = call =>
        {
            if (call.Number == 4)
                table.HideShard(child, isHidden: false);
            return null;
        };
        var since = world.Clock.GetTimestamp();
        var children = await discovery.FindChildrenAsync(parent, default);
        Assert.Equal(child, Assert.Single(children).Id);
        Assert.InRange(world.Clock.GetElapsedTime(since).TotalSeconds, 0.1, 2);
    });

    [Fact]
    public void Children_S71_of_a_split_are_both_found_and_grandchildren_are_not() => World.Run(async world =>
    {
        var (_, table, discovery) = Rig(world);
        var parent = table.Shards[0].Id;
        var children = table.SplitShard(parent);
        table.RollShard(children[0]);
        Assert.Equal(children.ToHashSet(), (await discovery.FindChildrenAsync(parent, default)).Select(shard => shard.Id).ToHashSet());
    });

    [Fact]
    public void Children_S15_are_picked_from_an_answer_that_ignores_the_filter() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world, shards: 3);
        streams.ChildFilter = ChildFilter.Ignored;
        var parent = table.Shards[1].Id;
        var child = table.RollShard(parent);
        Assert.Equal(child, Assert.Single(await discovery.FindChildrenAsync(parent, default)).Id);
    });

    [Theory]
    [InlineData(ChildFilter.Honoured)]
    [InlineData(ChildFilter.Ignored)]
    public void Children_S15_are_found_on_every_page_of_the_answer(ChildFilter filter) => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world, shards: 2);
        (streams.ChildFilter, streams.ShardsPerPage) = (filter, 1);
        var parent = table.Shards[0].Id;
        var children = table.SplitShard(parent);
        Assert.Equal(children.ToHashSet(), (await discovery.FindChildrenAsync(parent, default)).Select(shard => shard.Id).ToHashSet());
    });

    [Fact]
    public void Children_S15_are_found_by_a_full_listing_where_the_filter_is_refused_and_it_is_not_asked_for_again() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        streams.ChildFilter = ChildFilter.Refused;
        var first = table.Shards[0].Id;
        var second = table.RollShard();
        var third = table.RollShard();
        Assert.Equal(second, Assert.Single(await discovery.FindChildrenAsync(first, default)).Id);
        Assert.Equal(third, Assert.Single(await discovery.FindChildrenAsync(second, default)).Id);
        Assert.Equal(1, streams.Calls.Count(call => call.ChildrenOf is not null));
    });

    [Fact]
    public void Children_S14_that_are_not_listed_in_time_are_no_reason_to_take_the_shard_for_one_without() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        var parent = table.Shards[0].Id;
        table.HideShard(table.RollShard());
        var error = await Assert.ThrowsAsync<StreamServiceException>(() => discovery.FindChildrenAsync(parent, default).AsTask());
        Assert.True(error.IsTransient);
        Assert.Equal(10, streams.Calls.Count(call => call.ChildrenOf is not null));
        Assert.Equal(11, streams.CountCalls(StreamsOperation.DescribeStream));
    });

    [Fact]
    public void Children_S76_of_a_shard_that_ended_with_its_stream_are_not_waited_for() => World.Run(async world =>
    {
        var (_, table, discovery) = Rig(world);
        var parent = table.Shards[0].Id;
        var since = world.Clock.GetTimestamp();
        table.DisableStream();
        Assert.Empty(await discovery.FindChildrenAsync(parent, default));
        Assert.Equal(since, world.Clock.GetTimestamp());
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Children_S35_fixture38_are_none_when_the_stream_is_neither_known_nor_listed_and_not_found_yet_when_it_is_listed(bool isListed) => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        var parent = table.Shards[0].Id;
        table.RollShard();
        if (isListed)
        {
            streams.FailNext(StreamsOperation.DescribeStream, () => StreamFaults.NotFound());
            var error = await Assert.ThrowsAsync<StreamServiceException>(() => discovery.FindChildrenAsync(parent, default).AsTask());
            Assert.True(error.IsTransient);
            Assert.Single(await discovery.FindChildrenAsync(parent, default));
        }
        else
        {
            var gone = StreamArn.Parse(table.StreamArn.Value.Replace("/stream/2", "/stream/1", StringComparison.Ordinal));
            discovery = new ShardDiscovery(streams, gone, new ReaderTools(world.Clock, world.Entropy, TimeSpan.FromSeconds(1), new ReadBudget(1, ReadBudget.PageBytes), new SharedReads(0, world.Clock)));
            Assert.Empty(await discovery.FindChildrenAsync(parent, default));
        }
    });

    [Theory]
    [InlineData(ChildFilter.Honoured, 3)]
    [InlineData(ChildFilter.Ignored, 3)]
    [InlineData(ChildFilter.Refused, 1)]
    public void Children_S14_of_which_one_is_on_a_page_that_is_shown_empty_are_both_found(ChildFilter filter, int disturbed) => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        (streams.ChildFilter, streams.ShardsPerPage) = (filter, 1);
        var parent = table.Shards[0].Id;
        var children = table.SplitShard(parent);
        streams.OnDescribed = (_, answer) => answer.Shards.Any(shard => shard.Id == children[1]) && disturbed-- > 0 ? answer with { Shards = [], LastEvaluated = null } : answer;
        Assert.Equal(children.ToHashSet(), (await discovery.FindChildrenAsync(parent, default)).Select(shard => shard.Id).ToHashSet());
        Assert.True(disturbed <= 0);
    });

    [Fact]
    public void Children_S15_in_listings_that_stay_disturbed_are_not_found_yet() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        (streams.ChildFilter, streams.ShardsPerPage) = (ChildFilter.Refused, 1);
        var parent = table.Shards[0].Id;
        var children = table.SplitShard(parent);
        var listings = 0;
        streams.OnDescribed = (_, answer) => answer.Shards.Any(shard => shard.Id == children[1]) && ++listings % 2 == 0 ? answer with { Shards = [], LastEvaluated = null } : answer;
        var error = await Assert.ThrowsAsync<StreamServiceException>(() => discovery.FindChildrenAsync(parent, default).AsTask());
        Assert.True(error.IsTransient);
    });

    [Fact]
    public void Children_S14_are_not_taken_for_none_by_a_listing_of_a_disabled_stream_that_shows_their_parent_open() => World.Run(async world =>
    {
        var (streams, table, discovery) = Rig(world);
        var parent = table.Shards[0].Id;
        table.RollShard();
        table.DisableStream();
        streams.OnDescribed = (_, answer) => answer with { Shards = [.. answer.Shards.Where(shard => shard.Id == parent).Select(shard => shard with { EndingSequenceNumber = null })] };
        await Assert.ThrowsAsync<StreamServiceException>(() => discovery.FindChildrenAsync(parent, default).AsTask());
        streams.OnDescribed = null;
        Assert.Single(await discovery.FindChildrenAsync(parent, default));
    });

    private static (InMemoryStreams Streams, InMemoryTable Table, ShardDiscovery Discovery) Rig(World world, int shards = 1)
    {
        var streams = new InMemoryStreams(world.Clock);
        var table = streams.CreateTable("Orders", new InMemoryTableOptions { Shards = shards });
        return (streams, table, new ShardDiscovery(streams, table.StreamArn, new ReaderTools(world.Clock, world.Entropy, TimeSpan.FromSeconds(1), new ReadBudget(1, ReadBudget.PageBytes), new SharedReads(0, world.Clock))));
    }
}
