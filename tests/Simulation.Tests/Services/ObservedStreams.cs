namespace StreamWorker.Simulation;

/// <summary>The streams as one worker sees them, with the checks beside them. Holds I5, no child is read before its parent is done, and the part of I7 that is about pages.</summary>
internal sealed class ObservedStreams(InMemoryStreams service, IReadOnlyList<SimulatedConsumer> consumers, Violations violations, Func<int> mostOpenPages, Func<bool> mayNotHaveNoticed) : DelegatingStreams(service, service)
{
    public int OpenPages => service.OpenPages;

    public int Count(StreamsOperation operation) => service.CountCalls(operation);

    /// <summary>Gets or sets what changes the answers of a listing.</summary>
    public Func<StreamDescription, StreamDescription>? OnListed { get; set; }

    public static ShardId? ShardOf(string shardIterator) => IteratorToken.TryParse(shardIterator)?.Shard;

    public override ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken)
    {
        var answer = AtOnce.ResultOf(base.DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken));
        return new(OnListed?.Invoke(answer) ?? answer);
    }

    public override ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        var page = AtOnce.ResultOf(base.GetRecordsAsync(stream, shardIterator, limit, CancellationToken.None));
        // Whose read it is nobody can tell; what comes of it is looked at again when it is delivered. A process that was held may send what it was about to send, before it notices
        // that its shards were reset. A request that arrives after its sender has ceased to wait for it reads nothing.
        var shards = consumers.Select(consumer => consumer.Ledger.Of(ShardOf(shardIterator)!.Value)).ToList();
        if (!cancellationToken.IsCancellationRequested && shards.TrueForAll(shard => shard.Parent is { IsGone: false, IsDone: false } parent && !(parent.WasReset && mayNotHaveNoticed())))
            violations.Report("I5", $"{shards[0]} is read before its parent {shards[0].Parent} is done.");
        if (service.OpenPages > mostOpenPages())
            violations.Report("I7", $"A worker holds {service.OpenPages} pages; {mostOpenPages()} are allowed.");
        return new(page);
    }
}
