using System.Text;

namespace StreamWorker.Simulation.Mutants;

/// <summary>What several of these have in common.</summary>
internal abstract class StreamMutant(IStreamsClient inner) : DelegatingStreams(inner, (ITableDirectory)inner)
{
    /// <summary>Gives an answer without records.</summary>
    protected static RecordPage EmptyPage(StreamArn stream, string? nextIterator) =>
        RecordPage.Parse(Encoding.UTF8.GetBytes(nextIterator is null ? """{"Records":[]}""" : $$"""{"Records":[],"NextShardIterator":"{{nextIterator}}"}"""), stream);
}

/// <summary>Does not see which shard a shard continues, and so starts a child before its parent is done.</summary>
internal sealed class ChildBeforeParent(IStreamsClient inner) : StreamMutant(inner)
{
    public override async ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken)
    {
        var answer = await base.DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken);
        return answer with { Shards = [.. answer.Shards.Select(shard => shard with { ParentId = null })] };
    }
}

/// <summary>Deletes every row when a listing is empty.</summary>
internal sealed class DeleteOnEmptyListing(IStreamsClient inner, Simulation run) : StreamMutant(inner)
{
    public override async ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken)
    {
        var answer = await base.DescribeStreamAsync(stream, startAfter, childrenOf, cancellationToken);
        if (childrenOf is null && startAfter is null && answer.Shards.Count == 0)
        {
            foreach (var (scope, lease) in run.Rows.Leases)
                run.Rows.Delete(scope, lease.Shard);
        }

        return answer;
    }
}

/// <summary>Starts a child at its end.</summary>
internal sealed class LatestOnChildren(IStreamsClient inner, Ledger ledger) : StreamMutant(inner)
{
    public override ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        base.GetShardIteratorAsync(stream, shard, start.Type == IteratorType.TrimHorizon && ledger.Of(shard).Parent is not null ? IteratorStart.Latest : start, cancellationToken);
}

/// <summary>Drops what the last page of a closed shard holds.</summary>
internal sealed class LastPageDropped(IStreamsClient inner) : StreamMutant(inner)
{
    public override async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        var page = await base.GetRecordsAsync(stream, shardIterator, limit, cancellationToken);
        if (page.NextShardIterator is not null)
            return page;
        page.Dispose();
        return EmptyPage(stream, null);
    }
}

/// <summary>Takes an error for the end of the shard.</summary>
internal sealed class ErrorEndsShard(IStreamsClient inner) : StreamMutant(inner)
{
    public override async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        try
        {
            return await base.GetRecordsAsync(stream, shardIterator, limit, cancellationToken);
        }
        catch (StreamServiceException)
        {
            return EmptyPage(stream, null);
        }
    }
}

/// <summary>Reads each page twice and forgets one of them.</summary>
internal sealed class PageForgotten(IStreamsClient inner) : StreamMutant(inner)
{
    public override async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        await base.GetRecordsAsync(stream, shardIterator, limit, cancellationToken);
        return await base.GetRecordsAsync(stream, shardIterator, limit, cancellationToken);
    }
}

/// <summary>Takes a failure of the handler for success.</summary>
internal sealed class FailureSwallowed(IBatchProcessor inner) : IBatchProcessor
{
    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        await inner.ProcessAsync(records, context, cancellationToken);
        return BatchResult.Succeeded;
    }
}
