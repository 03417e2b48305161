using StreamWorker.Consumer.Shards;

namespace StreamWorker.Contracts;

/// <summary>What every streams client keeps of the promises of <see cref="IStreamsClient"/>.</summary>
public abstract partial class StreamsClientContract
{
    private readonly string _table = $"contract-{Guid.NewGuid():N}";

    /// <summary>Gives a service that is ready.</summary>
    protected abstract ValueTask<IStreamsBed> OpenBedAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<IStreamsBed> OpenTableAsync()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: true);
        return bed;
    }

    private static async Task<StreamErrorKind> KindOfAsync(Func<Task> call) => (await Assert.ThrowsAsync<StreamServiceException>(call)).Kind;

    [Fact]
    public async Task S10_table_with_stream_has_it_listed()
    {
        var bed = await OpenTableAsync();

        var listing = await bed.Client.ListStreamsAsync(_table, null, Cancellation);

        Assert.Equal(_table, Assert.Single(listing.Streams).TableName);
    }

    [Fact]
    public async Task S10_table_without_stream_has_none_listed()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: false);

        var listing = await bed.Client.ListStreamsAsync(_table, null, Cancellation);

        Assert.Empty(listing.Streams);
        Assert.Null(listing.LastEvaluated);
    }

    [Fact]
    public async Task S10_listing_behind_the_only_stream_is_empty()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);

        Assert.Empty((await bed.Client.ListStreamsAsync(_table, stream, Cancellation)).Streams);
    }

    [Fact]
    public async Task S76_stream_that_was_disabled_and_enabled_is_listed_twice_under_different_names()
    {
        var bed = await OpenTableAsync();
        var first = await bed.StreamOfAsync(_table);
        await bed.DisableStreamAsync(_table);
        await bed.EnableStreamAsync(_table);

        var streams = (await bed.Client.ListStreamsAsync(_table, null, Cancellation)).Streams;

        Assert.Equal(2, streams.Count);
        Assert.Contains(first, streams);
        var second = Assert.Single(streams, stream => stream != first);
        Assert.True(string.CompareOrdinal(second.Label, first.Label) > 0);
    }

    [Fact]
    public async Task S11_description_tells_state_images_and_shards()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);

        var (description, shards) = await bed.DescribeAsync(stream);

        Assert.Equal(stream, description.Stream);
        Assert.Equal(StreamStatus.Enabled, description.Status);
        Assert.Equal("NEW_AND_OLD_IMAGES", description.ViewType);
        var shard = Assert.Single(shards);
        Assert.False(shard.IsClosed);
        Assert.Null(shard.ParentId);
        Assert.NotNull(shard.StartingSequenceNumber);
    }

    [Fact]
    public async Task Service_time_is_in_whole_seconds_where_it_is_told()
    {
        var bed = await OpenTableAsync();

        var description = await bed.Client.DescribeStreamAsync(await bed.StreamOfAsync(_table), null, null, Cancellation);

        Assert.Equal(0, (description.ServiceTime?.Ticks ?? 0) % TimeSpan.TicksPerSecond);
    }

    [Fact]
    public async Task S13_page_behind_the_last_shard_is_empty_and_the_last()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);

        var answer = await bed.Client.DescribeStreamAsync(stream, await bed.ShardOfAsync(stream), null, Cancellation);

        Assert.Empty(answer.Shards);
        Assert.Null(answer.LastEvaluated);
    }

    [Fact]
    public async Task S14_shard_without_children_has_none_in_the_answer_whatever_else_is_in_it()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);
        var shard = await bed.ShardOfAsync(stream);

        var answer = await bed.Client.DescribeStreamAsync(stream, null, shard, Cancellation);

        Assert.DoesNotContain(answer.Shards, other => other.ParentId == shard);
    }

    [Fact]
    public async Task S76_disabled_stream_is_described_as_such_with_closed_shards()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);
        await bed.PutAsync(_table, "a", 1);
        await bed.DisableStreamAsync(_table);

        var (description, shards) = await bed.DescribeAsync(stream);

        Assert.Equal(StreamStatus.Disabled, description.Status);
        Assert.All(shards, shard => Assert.True(shard.IsClosed));
    }

    [Fact]
    public async Task S35_stream_that_is_not_known_is_not_found()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);
        var shard = await bed.ShardOfAsync(stream);
        var unknown = StreamArn.Parse(stream.Value.Replace(_table, _table + "-2", StringComparison.Ordinal));

        Assert.Equal(StreamErrorKind.NotFound, await KindOfAsync(() => bed.Client.DescribeStreamAsync(unknown, null, null, Cancellation).AsTask()));
        Assert.Equal(StreamErrorKind.NotFound, await KindOfAsync(() => bed.Client.GetShardIteratorAsync(unknown, shard, IteratorStart.TrimHorizon, Cancellation).AsTask()));
    }

    [Fact]
    public async Task S35_shard_that_is_not_known_is_not_found()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);
        var unknown = new ShardId("shardId-00000001000000000000-0000dead");

        Assert.Equal(StreamErrorKind.NotFound, await KindOfAsync(() => bed.Client.GetShardIteratorAsync(stream, unknown, IteratorStart.TrimHorizon, Cancellation).AsTask()));
    }

    [Fact]
    public async Task S37_text_that_is_no_iterator_is_refused()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);

        var error = await Assert.ThrowsAsync<StreamServiceException>(() => bed.Client.GetRecordsAsync(stream, "nonsense", null, Cancellation).AsTask());

        Assert.Equal(StreamErrorKind.InvalidRequest, error.Kind);
        Assert.False(error.IsTransient);
        Assert.NotNull(error.ErrorCode);
    }

    [Fact]
    public async Task Cancelled_call_ends_as_cancelled()
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bed.Client.ListStreamsAsync(_table, null, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bed.Client.DescribeStreamAsync(stream, null, null, cancelled).AsTask());
    }
}
