using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Finds the streams that a consumer has to read, oldest first: those of its table that it began, and then the current one. That the leases of one are done says nothing of
/// shards that have none yet: whether it is finished is seen by listing it.
/// </summary>
internal sealed class StreamSource(ConsumerTools tools)
{
    private const int MostPages = 100;

    private string Section => $"StreamWorker:Consumers:{tools.Consumer}";

    /// <summary>Gets what the configuration names: the table's name or the stream's ARN.</summary>
    public string Name => tools.Options.TableName ?? tools.Options.StreamArn ?? "";

    /// <summary>Finds the streams.</summary>
    /// <returns>The streams, and for each whether the consumer has read an older stream of the same table.</returns>
    /// <exception cref="WorkerStartupException">There is no such table or stream, or the table has no stream.</exception>
    public async ValueTask<IReadOnlyList<(StreamArn Stream, bool IsSuccessor)>> FindAsync(CancellationToken cancellationToken)
    {
        if (tools.Options.TableName is not { Length: > 0 } tableName)
            return [(StreamArn.Parse(tools.Options.StreamArn!), false)];

        var table = await tools.Tables.DescribeTableAsync(tableName, cancellationToken)
            ?? throw new WorkerStartupException($"{Section}:TableName = '{tableName}': there is no such table at this endpoint, in this account and region.");
        if (table.LatestStream is not { } latest)
            throw new WorkerStartupException(NoStream(tableName));

        var streams = new List<(StreamArn, bool)>();
        var isSuccessor = false;
        foreach (var older in await FindOlderAsync(tableName, latest, cancellationToken))
        {
            var leases = await tools.Leases.ListLeasesAsync(ScopeOf(older), cancellationToken);
            if (leases.Count == 0)
                continue;
            streams.Add((older, isSuccessor));
            isSuccessor = true;
        }

        streams.Add((latest, isSuccessor));
        return streams;
    }

    /// <summary>Tells whether a stream that was read to its end is to be read again: a reset of it is ordered, or has been carried out.</summary>
    public async ValueTask<bool> IsToBeReadAgainAsync(StreamArn stream, CancellationToken cancellationToken)
    {
        var leases = await tools.Leases.ListLeasesAsync(ScopeOf(stream), cancellationToken);
        return leases.Reset is { IsPending: true } || leases.Any(lease => lease.State != LeaseState.Done);
    }

    /// <summary>Tells whether any of the streams that were read to their ends is to be read again.</summary>
    public async ValueTask<bool> IsAnyToBeReadAgainAsync(IReadOnlyList<StreamArn> streams, CancellationToken cancellationToken)
    {
        foreach (var stream in streams)
        {
            if (await IsToBeReadAgainAsync(stream, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Gives what leases of a stream are for.</summary>
    public LeaseScope ScopeOf(StreamArn stream) => new(tools.Worker.Application, tools.Consumer, stream);

    /// <summary>Words what is wrong when the service does not know a stream that is named by its ARN.</summary>
    public string UnknownStream(StreamArn stream) =>
        $"{Section}:StreamArn = '{stream}': there is no such stream at this endpoint, in this account and region. A stream that is disabled and enabled again has a new ARN; with TableName instead, that is followed.";

    private string NoStream(string tableName) =>
        $"{Section}:TableName = '{tableName}': the table has no stream. Enable one with: aws dynamodb update-table --table-name {tableName} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES";

    private async ValueTask<IReadOnlyList<StreamArn>> FindOlderAsync(string tableName, StreamArn latest, CancellationToken cancellationToken)
    {
        var streams = new List<StreamArn>();
        StreamArn? startAfter = null;
        for (var page = 0; page < MostPages; page++)
        {
            var listing = await tools.Streams.ListStreamsAsync(tableName, startAfter, cancellationToken);
            streams.AddRange(listing.Streams);
            if (listing.LastEvaluated is not { } last)
                break;
            startAfter = last;
        }

        return [.. streams.Where(stream => stream != latest).OrderBy(stream => stream.Label, StringComparer.Ordinal)];
    }
}
