using System.Globalization;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Failures;

/// <summary>Reads from the stream again what a message only points at: from the first record's position to the last one's, and never by count.</summary>
internal sealed class StreamRereader(IStreamsClient streams)
{
    // An open shard has pages without end; between two records of one batch there are not many.
    private const int MostEmptyPages = 1_000;

    /// <summary>Reads the records. They own their bytes.</summary>
    /// <exception cref="RecordsTrimmedException">The stream has forgotten them, or some of them.</exception>
    /// <exception cref="StreamServiceException">They could not be read.</exception>
    /// <exception cref="InvalidDataException">The message does not say where they are.</exception>
    public async ValueTask<IReadOnlyList<StreamRecord>> ReadAsync(DiscardNotice notice, IRecordFilter? filter, CancellationToken cancellationToken)
    {
        if (notice is not { First: { } first, Last: { } last })
            throw new InvalidDataException("It does not say where its records are in the stream.");
        try
        {
            return await ReadAsync(notice, first, last, filter, cancellationToken);
        }
        catch (StreamServiceException e) when (e.Kind is StreamErrorKind.Trimmed or StreamErrorKind.NotFound)
        {
            throw new RecordsTrimmedException($"The stream does not have the records any more: {e.Message}", e);
        }
    }

    private async ValueTask<IReadOnlyList<StreamRecord>> ReadAsync(DiscardNotice notice, SequenceNumber first, SequenceNumber last, IRecordFilter? filter, CancellationToken cancellationToken)
    {
        var records = new List<StreamRecord>();
        var iterator = await streams.GetShardIteratorAsync(notice.Stream, notice.ShardId, IteratorStart.At(first), cancellationToken);
        var isFirst = true;
        var emptyPages = 0;
        while (iterator is not null && emptyPages < MostEmptyPages)
        {
            using var page = await streams.GetRecordsAsync(notice.Stream, iterator, null, cancellationToken);
            emptyPages = page.Records.Count == 0 ? emptyPages + 1 : 0;
            foreach (var record in page.Records)
            {
                var number = FailureBody.NumberOf(record);
                if (isFirst && number != first)
                    throw Missing(first, notice);
                isFirst = false;
                if (number > last)
                    throw Missing(last, notice);
                if (filter is null || filter.Matches(record))
                    records.Add(record.Detach());
                if (number == last)
                    return records;
            }

            iterator = page.NextShardIterator;
        }

        throw Missing(isFirst ? first : last, notice);
    }

    private static RecordsTrimmedException Missing(SequenceNumber number, DiscardNotice notice) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The stream does not have the records any more: there is no {number} in {notice.ShardId}."));
}
