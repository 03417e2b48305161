using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker;

/// <summary>One change of one item, as a lazy view of the received UTF-8: nothing is decoded until it is asked for.</summary>
/// <remarks>
/// A record and everything read from it is valid while it is being handled. To keep one longer, keep what <see cref="Detach"/> gives.
/// Reading is safe from several threads. A member that is missing or malformed raises <see cref="RecordFormatException"/> when it is read.
/// </remarks>
public sealed class StreamRecord
{
    private readonly RecordBytes _bytes;
    private readonly RecordEnvelope _envelope;
    private readonly StreamArn _stream;

    internal StreamRecord(RecordBytes bytes, RecordEnvelope envelope, StreamArn stream)
    {
        _bytes = bytes;
        _envelope = envelope;
        _stream = stream;
    }

    /// <summary>Gets the id of the change, unique in its stream and the same every time that the change is read.</summary>
    /// <exception cref="RecordFormatException">The member is missing or not text.</exception>
    public string EventId => RequiredText(_envelope.EventId, "eventID");

    /// <summary>Gets what happened to the item.</summary>
    /// <exception cref="RecordFormatException">The member is missing or has an unknown value.</exception>
    public EventName EventName
    {
        get
        {
            var value = _envelope.EventName.IsAbsent ? default : _bytes.Span(_envelope.EventName);
            if (value.SequenceEqual("\"INSERT\""u8))
                return EventName.Insert;
            if (value.SequenceEqual("\"MODIFY\""u8))
                return EventName.Modify;
            if (value.SequenceEqual("\"REMOVE\""u8))
                return EventName.Remove;
            throw RecordFault.In(this, "eventName", $"INSERT, MODIFY or REMOVE is expected and {RecordFault.Quote(RequiredText(_envelope.EventName, "eventName"))} was found");
        }
    }

    /// <summary>Gets the record's position in its shard.</summary>
    /// <exception cref="RecordFormatException">The member is missing or not a sequence number.</exception>
    public SequenceNumber SequenceNumber => _envelope.HasSequenceNumber
        ? _envelope.SequenceNumber
        : throw RecordFault.In(this, "dynamodb.SequenceNumber", "1 to 40 decimal digits in a JSON string are expected");

    /// <summary>Gets the stream that the record comes from.</summary>
    /// <value>The ARN in the record where it names one (Lambda events), else the stream that was read.</value>
    public StreamArn StreamArn =>
        !_envelope.SourceArn.IsAbsent && StreamArn.TryParse(RequiredText(_envelope.SourceArn, "eventSourceARN"), out var arn) ? arn : _stream;

    /// <summary>Gets when the change was made.</summary>
    /// <value>The service's time, rounded down to a whole second; null when the record does not say.</value>
    /// <exception cref="RecordFormatException">The member is not a number of seconds since 1970.</exception>
    public DateTimeOffset? ApproximateCreationTime
    {
        get
        {
            if (_envelope.CreationTime.IsAbsent)
                return null;
            var reader = new TypedReader(this, _envelope.CreationTime);
            if (!reader.TryGetDecimal(out var seconds) || seconds is < 0 or > 253_402_300_799m)
                throw reader.Unexpected("a number of seconds since 1970");
            return DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
        }
    }

    /// <summary>Gets the size of the change as the service counts it.</summary>
    /// <value>Bytes; null when the record does not say.</value>
    public long? SizeBytes
    {
        get
        {
            if (_envelope.Size.IsAbsent)
                return null;
            var reader = new TypedReader(this, _envelope.Size);
            return reader.TryGetInt64(out var size) ? size : throw reader.Unexpected("a whole number");
        }
    }

    /// <summary>Gets which images the stream carries: <c>KEYS_ONLY</c>, <c>NEW_IMAGE</c>, <c>OLD_IMAGE</c> or <c>NEW_AND_OLD_IMAGES</c>; null when the record does not say.</summary>
    public string? StreamViewType => Text(_envelope.ViewType);

    /// <summary>Gets the region of the change; null when the record does not say.</summary>
    public string? AwsRegion => Text(_envelope.Region);

    /// <summary>Gets the key attributes of the item.</summary>
    /// <exception cref="RecordFormatException">The member is missing.</exception>
    public Item Keys => Image(_envelope.Keys) ?? throw Missing("dynamodb.Keys");

    /// <summary>Gets the item as it is after the change.</summary>
    /// <value>Null for a removed item, and when the stream carries no new images.</value>
    public Item? NewImage => Image(_envelope.NewImage);

    /// <summary>Gets the item as it was before the change.</summary>
    /// <value>Null for a new item, and when the stream carries no old images.</value>
    public Item? OldImage => Image(_envelope.OldImage);

    /// <summary>Gets who made the change when it was not a writer of the table; else null.</summary>
    public UserIdentity? UserIdentity => _envelope.UserIdentity.IsAbsent ? null : UserIdentityReader.Read(this, _envelope.UserIdentity);

    /// <summary>Gets whether the item was deleted by time to live.</summary>
    /// <value>False in a replica of a global table, where such a delete looks like any other.</value>
    public bool IsTimeToLiveDelete => UserIdentity is { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" };

    /// <summary>Gets the record's JSON as it was received.</summary>
    public ReadOnlyMemory<byte> Utf8Json => _bytes.Memory(_envelope.Whole);

    internal ref readonly RecordEnvelope Envelope => ref _envelope;

    internal bool HasSequenceNumber => _envelope.HasSequenceNumber;

    internal Slice UserIdentitySlice => _envelope.UserIdentity.IsAbsent
        ? default
        : _envelope.UserIdentity with { Start = _envelope.UserIdentity.Start - _envelope.Whole.Start };

    /// <summary>Gets the event id for messages about the record, which may be malformed.</summary>
    internal string? EventIdIfReadable => _envelope.EventId.IsAbsent ? null : JsonText.DecodeIfValid(_bytes.Span(_envelope.EventId));

    internal bool NamesItsStream => !_envelope.SourceArn.IsAbsent;

    /// <summary>Copies the record, so that it can be kept after its handler has ended.</summary>
    /// <returns>A record with the same content that owns its bytes.</returns>
    public StreamRecord Detach() => RecordIndex.ReadRecord(new RecordBytes(Utf8Json.ToArray()), _stream);

    internal ReadOnlySpan<byte> Span(Slice slice) => _bytes.Span(slice);

    internal ReadOnlyMemory<byte> Memory(Slice slice) => _bytes.Memory(slice);

    private Item? Image(Slice slice) => slice.IsAbsent ? null : new Item(this, slice);

    private string RequiredText(Slice slice, string path) => Text(slice) ?? throw Missing(path);

    private string? Text(Slice slice) => slice.IsAbsent ? null : new TypedReader(this, slice).StrictText();

    private RecordFormatException Missing(string path) => RecordFault.In(this, path, "the member is missing");
}
