using System.Buffers;
using StreamWorker.Consumer.Shards;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Failures;

/// <summary>
/// Tells which records would bring an item's old version after a newer one: those of an item that is not in the table as the last of them says. The ones before
/// the last are delivered before it, so they are as good as it is.
/// </summary>
internal sealed class StalenessCheck(ICurrentItems items)
{
    /// <summary>Gives, for each record, why it is not to be delivered; null where it is.</summary>
    public async ValueTask<IReadOnlyList<string?>> CheckAsync(IReadOnlyList<StreamRecord> records, CancellationToken cancellationToken)
    {
        var keys = records.Select(ItemKey.Of).ToList();
        var verdicts = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var i = records.Count - 1; i >= 0; i--)
        {
            if (keys[i] is { } key && !verdicts.ContainsKey(key))
                verdicts.Add(key, await JudgeAsync(records[i], cancellationToken));
        }

        return [.. keys.Select(key => key is null ? "its keys cannot be read" : verdicts[key])];
    }

    private async ValueTask<string?> JudgeAsync(StreamRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var current = await items.FindAsync(record.StreamArn, record.Keys, cancellationToken);
            if (record.EventName == EventName.Remove)
                return current is null ? null : "the item is in the table again";
            if (current is not { } item)
                return "the item is not in the table any more";
            if (record.NewImage is not { } image)
                return "the record has no new image to compare with the table";
            return AreEqual(image.Utf8Json, item) ? null : "the item is another one in the table now";
        }
        catch (Exception e) when (e is StreamServiceException or RecordFormatException)
        {
            return $"it cannot be compared with the table: {e.Message}";
        }
    }

    /// <summary>Compares two items as DynamoDB does, however their values are written: as the two images of one change.</summary>
    private static bool AreEqual(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        var change = new ArrayBufferWriter<byte>(one.Length + other.Length + 128);
        change.Write("{\"Records\":[{\"eventName\":\"MODIFY\",\"dynamodb\":{\"OldImage\":"u8);
        change.Write(one.Span);
        change.Write(",\"NewImage\":"u8);
        change.Write(other.Span);
        change.Write("}}]}"u8);
        using var page = RecordPage.Parse(change.WrittenMemory);
        return page.Records[0].GetChanges().Count == 0;
    }
}
