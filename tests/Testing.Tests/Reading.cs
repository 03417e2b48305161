using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing.Tests;

/// <summary>Short ways to read from <see cref="InMemoryStreams"/>.</summary>
internal static class Reading
{
    public static async Task<string> IteratorAsync(this InMemoryStreams streams, StreamArn stream, ShardId shard, IteratorStart start) =>
        await streams.GetShardIteratorAsync(stream, shard, start, TestContext.Current.CancellationToken);

    public static async Task<RecordPage> PageAsync(this InMemoryStreams streams, StreamArn stream, string iterator, int? limit = null) =>
        await streams.GetRecordsAsync(stream, iterator, limit, TestContext.Current.CancellationToken);

    public static async Task<RecordPage> FirstPageAsync(this InMemoryStreams streams, StreamArn stream, ShardId shard) =>
        await streams.PageAsync(stream, await streams.IteratorAsync(stream, shard, IteratorStart.TrimHorizon));

    public static async Task<StreamDescription> DescribeAsync(this InMemoryStreams streams, StreamArn stream, ShardId? startAfter = null, ShardId? childrenOf = null) =>
        await streams.DescribeStreamAsync(stream, startAfter, childrenOf, TestContext.Current.CancellationToken);

    public static async Task<StreamErrorKind> KindOfAsync(Func<Task> call) => (await Assert.ThrowsAsync<StreamServiceException>(call)).Kind;

    public static string Key(string id) => new TestItem().With("id", id).ToString();

    public static string Item(string id, int value) => new TestItem().With("id", id).With("value", value).ToString();
}
