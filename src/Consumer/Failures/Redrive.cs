using System.Globalization;
using System.Runtime.CompilerServices;
using StreamWorker.Batches;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Failures;

/// <summary>Delivers once more what lies in a failure destination: of the records themselves, or of their places in the stream.</summary>
/// <remarks>
/// A batch is deleted when all of its records were handled. Whatever else happens, it stays where it is. Delivery is at least once: a batch of which a part was handled is delivered
/// whole the next time.
/// </remarks>
/// <param name="archive">The destination.</param>
/// <param name="streams">The streams, for destinations that only say where records are.</param>
/// <param name="items">The tables, to see whether a record is still its item's latest version.</param>
public sealed class Redrive(IFailureArchive archive, IStreamsClient streams, ICurrentItems items)
{
    private readonly StreamRereader _rereader = new(streams);
    private readonly StalenessCheck _staleness = new(items);

    /// <summary>Lists what is in the destination, in the order in which it is to be delivered: stream by stream, parents before children, each shard in order.</summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>What is there. What cannot be read comes last.</returns>
    public async ValueTask<IReadOnlyList<ArchivedBatch>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<ArchivedBatch>();
        await foreach (var batch in archive.ListAsync(cancellationToken))
            all.Add(batch);
        return
        [
            .. all.OrderBy(batch => batch.Notice is null)
                .ThenBy(batch => batch.Notice?.Stream.Value, StringComparer.Ordinal)
                .ThenBy(batch => batch.Notice?.ShardId.Value, StringComparer.Ordinal)
                .ThenBy(batch => batch.Notice?.First)
                .ThenBy(batch => batch.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Reads the records of a batch: what the destination has of them, or what the stream still has.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="options">The filter is applied to what is read from the stream.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The records. They own their bytes.</returns>
    /// <exception cref="RecordsTrimmedException">The stream does not have them any more.</exception>
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    /// <exception cref="StreamServiceException">The stream could not be read.</exception>
    public async ValueTask<IReadOnlyList<StreamRecord>> ReadAsync(ArchivedBatch batch, RedriveOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(options);
        if (batch.Notice is not { } notice)
            throw new InvalidDataException(batch.Fault);
        using var page = await archive.ReadAsync(batch, cancellationToken);
        return page is null ? await _rereader.ReadAsync(notice, options.Filter, cancellationToken) : [.. page.Records.Select(record => record.Detach())];
    }

    /// <summary>Delivers batches, one after the other.</summary>
    /// <param name="batches">The batches, in order.</param>
    /// <param name="handler">Who gets them.</param>
    /// <param name="options">How they are delivered.</param>
    /// <param name="cancellationToken">Ends it. The batch that is being delivered then stays where it is.</param>
    /// <returns>What became of each batch, as soon as it is known.</returns>
    public async IAsyncEnumerable<RedriveResult> DeliverAsync(
        IEnumerable<ArchivedBatch> batches, IBatchProcessor handler, RedriveOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize);
        var waiting = new Queue<ArchivedBatch>(batches);
        try
        {
            while (waiting.TryPeek(out var batch))
            {
                var result = await DeliverAsync(batch, handler, options, cancellationToken);
                waiting.Dequeue();
                if (result.Outcome != RedriveOutcome.Delivered || options.IsDryRun)
                    await ReleaseAsync(batch);
                yield return result;
            }
        }
        finally
        {
            foreach (var batch in waiting)
                await ReleaseAsync(batch);
        }
    }

    /// <summary>Gives a batch back. One that cannot be given back is seen again by itself.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>A task that completes when that was tried.</returns>
    public async ValueTask ReleaseAsync(ArchivedBatch batch)
    {
        try
        {
            await archive.ReleaseAsync(batch, CancellationToken.None);
        }
        catch (StreamServiceException)
        {
            // A queue shows it again when its time is over.
        }
    }

    private async ValueTask<RedriveResult> DeliverAsync(ArchivedBatch batch, IBatchProcessor handler, RedriveOptions options, CancellationToken cancellationToken)
    {
        if (batch.Notice is null)
            return new RedriveResult(batch, RedriveOutcome.Unreadable, 0, 0, batch.Fault);
        try
        {
            var records = await ReadAsync(batch, options, cancellationToken);
            if (records.Count == 0)
                return new RedriveResult(batch, RedriveOutcome.Unwanted, 0, 0, "no record of it passes the consumer's filter");
            var reasons = options.AllowStale ? new string?[records.Count] : await _staleness.CheckAsync(records, cancellationToken);
            var fresh = records.Where((_, i) => reasons[i] is null).ToList();
            return await DeliverAsync(batch, fresh, [.. reasons.OfType<string>()], handler, options, cancellationToken);
        }
        catch (RecordsTrimmedException e)
        {
            return new RedriveResult(batch, RedriveOutcome.Trimmed, 0, 0, e.Message);
        }
        catch (InvalidDataException e)
        {
            return new RedriveResult(batch, RedriveOutcome.Unreadable, 0, 0, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new RedriveResult(batch, RedriveOutcome.Failed, 0, 0, e.Message);
        }
    }

    private async ValueTask<RedriveResult> DeliverAsync(
        ArchivedBatch batch, List<StreamRecord> fresh, List<string> reasons, IBatchProcessor handler, RedriveOptions options, CancellationToken cancellationToken)
    {
        var stale = reasons.Count;
        var handled = 0;
        if (options.IsDryRun)
            handled = fresh.Count;
        foreach (var part in options.IsDryRun ? [] : fresh.Chunk(options.BatchSize))
        {
            var context = new BatchContext { Consumer = options.Consumer, ShardId = batch.Notice!.ShardId, HostStopping = cancellationToken };
            var result = await handler.ProcessAsync(part, context, cancellationToken);
            handled += result.CountFinished(part);
            if (result.Outcome != BatchOutcome.Succeeded)
                return new RedriveResult(batch, RedriveOutcome.Failed, handled, stale, ReasonOf(result));
        }

        if (stale > 0)
        {
            var summary = string.Create(CultureInfo.InvariantCulture, $"{stale} of {fresh.Count + stale} records are not delivered: {string.Join("; ", reasons.Distinct())}");
            return new RedriveResult(batch, RedriveOutcome.Stale, handled, stale, summary);
        }

        if (!options.IsDryRun)
            await archive.DeleteAsync(batch, cancellationToken);
        return new RedriveResult(batch, RedriveOutcome.Delivered, handled, 0, null);
    }

    private static string ReasonOf(BatchResult result) => result.Outcome switch
    {
        BatchOutcome.NotInvoked => $"its handler cannot be reached: {result.Error?.Message}",
        _ when result.Error is { } error => error.Message,
        _ => $"its handler reported {result.Failures.Count} failed records",
    };
}
