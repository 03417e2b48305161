using Microsoft.Extensions.Time.Testing;
using StreamWorker.Consumer.Shards;
using static StreamWorker.Testing.Tests.Reading;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryStreamsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, 900, TimeSpan.Zero));
    private readonly InMemoryStreams _streams;

    public InMemoryStreamsTests() => _streams = new InMemoryStreams(_time);

    private async Task<List<ShardId>> ListAsync(StreamArn stream, ShardId? childrenOf = null)
    {
        var shards = new List<ShardId>();
        ShardId? startAfter = null;
        do
        {
            var page = await _streams.DescribeAsync(stream, startAfter, childrenOf);
            Assert.InRange(page.Shards.Count, 0, _streams.ShardsPerPage);
            shards.AddRange(page.Shards.Select(shard => shard.Id));
            startAfter = page.LastEvaluated;
        }
        while (startAfter is not null);

        return shards;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(100)]
    public async Task S13_pages_of_a_listing_give_every_shard_once(int pageSize)
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { Shards = 12 });
        _streams.ShardsPerPage = pageSize;

        var shards = await ListAsync(table.StreamArn);

        Assert.Equal(table.Shards.Select(shard => shard.Id.Value).Order(StringComparer.Ordinal), shards.Select(shard => shard.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task S13_full_page_names_a_next_one_even_when_that_is_empty()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { Shards = 2 });
        _streams.ShardsPerPage = 2;

        var page = await _streams.DescribeAsync(table.StreamArn);

        Assert.NotNull(page.LastEvaluated);
        Assert.Empty((await _streams.DescribeAsync(table.StreamArn, page.LastEvaluated)).Shards);
    }

    [Fact]
    public async Task S75_listing_is_not_in_the_order_of_age()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { Shards = 12 });

        Assert.NotEqual(table.Shards.Select(shard => shard.Id), await ListAsync(table.StreamArn));
    }

    [Fact]
    public async Task S41_listing_goes_on_behind_a_shard_that_was_dropped_meanwhile()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { Shards = 6 });
        foreach (var shard in table.Shards)
            table.RollShard(shard.Id);
        _streams.ShardsPerPage = 3;
        var first = await _streams.DescribeAsync(table.StreamArn);
        var dropped = table.Shards.Where(shard => shard.IsClosed).ToList();
        foreach (var shard in dropped)
            table.TrimShard(shard.Id);
        var seen = first.Shards.Select(shard => shard.Id).ToList();

        for (var page = first; page.LastEvaluated is { } last;)
        {
            page = await _streams.DescribeAsync(table.StreamArn, last);
            seen.AddRange(page.Shards.Select(shard => shard.Id));
        }

        Assert.All(table.Shards, shard => Assert.Contains(shard.Id, seen));
        Assert.Equal(StreamErrorKind.InvalidRequest, await KindOfAsync(() => _streams.DescribeAsync(table.StreamArn, new ShardId("other"))));
    }

    [Fact]
    public async Task S14_S15_filter_for_children_is_honoured_ignored_or_refused()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { Shards = 2 });
        var parent = table.Shards[0].Id;
        var children = table.SplitShard(parent);

        Assert.Equal(children.Order(Comparer<ShardId>.Create(Compare)), (await ListAsync(table.StreamArn, parent)).Order(Comparer<ShardId>.Create(Compare)));
        _streams.ChildFilter = ChildFilter.Ignored;
        Assert.Equal(4, (await ListAsync(table.StreamArn, parent)).Count);
        _streams.ChildFilter = ChildFilter.Refused;
        Assert.Equal(StreamErrorKind.InvalidRequest, await KindOfAsync(() => _streams.DescribeAsync(table.StreamArn, childrenOf: parent)));
        Assert.Equal(4, (await ListAsync(table.StreamArn)).Count);

        static int Compare(ShardId left, ShardId right) => string.CompareOrdinal(left.Value, right.Value);
    }

    [Fact]
    public async Task Hidden_shard_is_not_listed_and_can_be_read()
    {
        var table = _streams.CreateTable("Orders");
        var shard = table.Shards[0].Id;
        table.HideShard(shard);

        Assert.Empty(await ListAsync(table.StreamArn));
        using var page = await _streams.FirstPageAsync(table.StreamArn, shard);
        table.HideShard(shard, isHidden: false);
        Assert.Single(await ListAsync(table.StreamArn));
    }

    [Fact]
    public async Task Answers_of_a_listing_can_be_changed_by_a_test()
    {
        var table = _streams.CreateTable("Orders");
        _streams.OnDescribed = (call, answer) => answer with { Status = StreamStatus.Enabling, Shards = [] };

        var page = await _streams.DescribeAsync(table.StreamArn);

        Assert.Equal(StreamStatus.Enabling, page.Status);
        Assert.Empty(page.Shards);
    }

    [Fact]
    public async Task Service_tells_its_time_in_whole_seconds()
    {
        var table = _streams.CreateTable("Orders");

        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), (await _streams.DescribeAsync(table.StreamArn)).ServiceTime);
    }

    [Fact]
    public async Task Fault_fails_the_call_before_anything_is_done_and_the_call_is_noted()
    {
        var table = _streams.CreateTable("Orders");
        _streams.OnCall = call => call.Operation == StreamsOperation.GetShardIterator && call.Number < 3 ? StreamFaults.Throttled() : null;
        var shard = table.Shards[0].Id;

        Assert.Equal(StreamErrorKind.Throttled, await KindOfAsync(() => _streams.IteratorAsync(table.StreamArn, shard, IteratorStart.Latest)));
        Assert.Equal(StreamErrorKind.Throttled, await KindOfAsync(() => _streams.IteratorAsync(table.StreamArn, shard, IteratorStart.Latest)));
        using var page = await _streams.PageAsync(table.StreamArn, await _streams.IteratorAsync(table.StreamArn, shard, IteratorStart.Latest), limit: 7);

        Assert.Equal(3, _streams.CountCalls(StreamsOperation.GetShardIterator));
        Assert.Equal(
            new StreamsCall(4, StreamsOperation.GetRecords, _time.GetUtcNow()) { Stream = table.StreamArn, Shard = shard, Limit = 7 },
            _streams.Calls[^1]);
    }

    public static TheoryData<StreamServiceException, StreamErrorKind, bool> Faults => new()
    {
        { StreamFaults.Throttled(), StreamErrorKind.Throttled, true },
        { StreamFaults.ServiceFault(), StreamErrorKind.ServiceFault, true },
        { StreamFaults.Unreachable(), StreamErrorKind.Unreachable, true },
        { StreamFaults.ExpiredIterator(), StreamErrorKind.ExpiredIterator, true },
        { StreamFaults.AccessDenied(), StreamErrorKind.AccessDenied, false },
        { StreamFaults.Trimmed(), StreamErrorKind.Trimmed, false },
        { StreamFaults.NotFound(), StreamErrorKind.NotFound, false },
        { StreamFaults.InvalidRequest("no"), StreamErrorKind.InvalidRequest, false },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Faults_are_those_of_the_service(StreamServiceException fault, StreamErrorKind kind, bool isTransient)
    {
        Assert.Equal(kind, fault.Kind);
        Assert.Equal(isTransient, fault.IsTransient);
        Assert.Equal(kind == StreamErrorKind.Unreachable, fault.ErrorCode is null);
    }

    [Fact]
    public async Task Call_waits_at_the_gate_and_can_be_cancelled_there()
    {
        var table = _streams.CreateTable("Orders");
        var opened = new TaskCompletionSource();
        _streams.Gate = async (_, cancellationToken) => await opened.Task.WaitAsync(cancellationToken);
        using var stopping = new CancellationTokenSource();
        var waiting = _streams.DescribeTableAsync("Orders", TestContext.Current.CancellationToken).AsTask();
        var cancelled = _streams.DescribeTableAsync("Orders", stopping.Token).AsTask();

        Assert.False(waiting.IsCompleted);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        opened.SetResult();

        Assert.Equal(table.StreamArn, (await waiting)?.LatestStream);
    }

    [Fact]
    public async Task Hook_may_change_the_stream_that_the_call_then_reads()
    {
        var table = _streams.CreateTable("Orders");
        var shard = table.Shards[0].Id;
        _streams.OnCall = call =>
        {
            if (call.Operation == StreamsOperation.GetRecords)
                table.RollShard();
            return null;
        };

        using var page = await _streams.FirstPageAsync(table.StreamArn, shard);

        Assert.Null(page.NextShardIterator);
    }

    [Fact]
    public async Task Pages_that_their_readers_hold_are_counted()
    {
        var table = _streams.CreateTable("Orders");
        table.Put(Item("a", 1));
        var first = await _streams.FirstPageAsync(table.StreamArn, table.Shards[0].Id);
        var second = await _streams.FirstPageAsync(table.StreamArn, table.Shards[0].Id);
        Assert.Equal(2, _streams.OpenPages);

        first.Dispose();
        first.Dispose();
        Assert.Equal(1, _streams.OpenPages);
        Assert.Equal("a", second.Records[0].Keys.GetString("id"));

        second.Dispose();
        Assert.Equal(0, _streams.OpenPages);
    }

    [Fact]
    public async Task Page_size_can_be_made_smaller()
    {
        var table = _streams.CreateTable("Orders");
        for (var i = 0; i < 5; i++)
            table.Put(Item("a", i));
        _streams.RecordsPerPage = 2;

        using var page = await _streams.FirstPageAsync(table.StreamArn, table.Shards[0].Id);

        Assert.Equal(2, page.Records.Count);
        Assert.NotNull(page.NextShardIterator);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task S19_limit_out_of_range_is_refused(int limit)
    {
        var table = _streams.CreateTable("Orders");
        var iterator = await _streams.IteratorAsync(table.StreamArn, table.Shards[0].Id, IteratorStart.TrimHorizon);

        Assert.Equal(StreamErrorKind.InvalidRequest, await KindOfAsync(() => _streams.PageAsync(table.StreamArn, iterator, limit)));
    }

    [Fact]
    public async Task Iterator_of_another_stream_is_refused()
    {
        var orders = _streams.CreateTable("Orders");
        var parcels = _streams.CreateTable("Parcels");
        var iterator = await _streams.IteratorAsync(orders.StreamArn, orders.Shards[0].Id, IteratorStart.TrimHorizon);

        Assert.Equal(StreamErrorKind.InvalidRequest, await KindOfAsync(() => _streams.PageAsync(parcels.StreamArn, iterator)));
    }

    [Fact]
    public async Task Operations_complete_synchronously_without_gate()
    {
        var table = _streams.CreateTable("Orders");
        var cancellation = TestContext.Current.CancellationToken;

        var iterator = _streams.GetShardIteratorAsync(table.StreamArn, table.Shards[0].Id, IteratorStart.TrimHorizon, cancellation);
        Assert.True(iterator.IsCompletedSuccessfully);
        var page = _streams.GetRecordsAsync(table.StreamArn, await iterator, null, cancellation);
        Assert.True(page.IsCompletedSuccessfully);
        (await page).Dispose();
    }
}
