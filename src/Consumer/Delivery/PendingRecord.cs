using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery;

/// <summary>A record from when it is read until it is finished. Owned by the delivery loop.</summary>
internal sealed class PendingRecord(StreamRecord record, HeldPage page)
{
    // What the event adds to a record's received bytes: the stream's ARN and what is around it.
    private const int BytesAdded = 256;

    private StreamRecord? _record = record;
    private string? _key;
    private bool _hasKey;

    /// <summary>Gets the record: a view of its page, or a copy once it is known that it stays. It cannot be had any more when it is finished.</summary>
    public StreamRecord Record => _record ?? throw new InvalidOperationException($"Record {SequenceNumber} is finished.");

    /// <summary>Gets the page that is held for the record; null when none is.</summary>
    public HeldPage? Page { get; private set; } = page;

    public SequenceNumber SequenceNumber { get; } = record.SequenceNumber;

    /// <summary>Gets how many bytes the record takes of an event.</summary>
    public int Size { get; } = record.Utf8Json.Length + BytesAdded;

    /// <summary>Gets whether nothing is left to do with the record.</summary>
    public bool IsFinished => _record is null;

    /// <summary>Gets or sets how often the handler has failed with this record alone.</summary>
    public int Failures { get; set; }

    /// <summary>Gets or sets the neighbour in the buffer that is nearer to the shard's start.</summary>
    public PendingRecord? Before { get; set; }

    /// <summary>Gets or sets the neighbour in the buffer that is nearer to the shard's end.</summary>
    public PendingRecord? Behind { get; set; }

    /// <summary>Gets or sets the first of the finished records in a row for which this one stands.</summary>
    public SequenceNumber From { get; set; } = record.SequenceNumber;

    /// <summary>Gets the primary key of the record's item. Records whose keys cannot be read count as those of one item.</summary>
    public string Key
    {
        get
        {
            if (!_hasKey)
                (_key, _hasKey) = (ItemKey.Of(Record), true);
            return _key ?? "";
        }
    }

    /// <summary>Copies the record, so that its page need not be held for it.</summary>
    /// <returns>The page that was held until now; null when none was.</returns>
    public HeldPage? Detach()
    {
        _record = Record.Detach();
        return LetGo();
    }

    /// <summary>Notes that nothing is left to do with the record.</summary>
    /// <returns>The page that was held until now; null when none was.</returns>
    public HeldPage? Finish()
    {
        _record = null;
        return LetGo();
    }

    private HeldPage? LetGo()
    {
        var held = Page;
        Page = null;
        return held;
    }
}
