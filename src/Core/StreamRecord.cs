using System.Text.Json;
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
            throw new RecordFormatException($"'{RequiredText(_envelope.EventName, "eventName")}' is not INSERT, MODIFY or REMOVE", "eventName");
        }
    }

    /// <summary>Gets the record's position in its shard.</summary>
    /// <exception cref="RecordFormatException">The member is missing or not a sequence number.</exception>
    public SequenceNumber SequenceNumber => _envelope.HasSequenceNumber
        ? _envelope.SequenceNumber
        : throw new RecordFormatException("1 to 40 decimal digits are expected", "dynamodb.SequenceNumber");

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
            var reader = RecordIndex.NewReader(_bytes.Span(_envelope.CreationTime));
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out var seconds) || seconds is < 0 or > 253_402_300_799m)
                throw new RecordFormatException("seconds since 1970 are expected", "dynamodb.ApproximateCreationDateTime");
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
            var reader = RecordIndex.NewReader(_bytes.Span(_envelope.Size));
            reader.Read();
            return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size)
                ? size
                : throw new RecordFormatException("a whole number is expected", "dynamodb.SizeBytes");
        }
    }

    /// <summary>Gets which images the stream carries: <c>KEYS_ONLY</c>, <c>NEW_IMAGE</c>, <c>OLD_IMAGE</c> or <c>NEW_AND_OLD_IMAGES</c>; null when the record does not say.</summary>
    public string? StreamViewType => Text(_envelope.ViewType, "dynamodb.StreamViewType");

    /// <summary>Gets the region of the change; null when the record does not say.</summary>
    public string? AwsRegion => Text(_envelope.Region, "awsRegion");

    /// <summary>Gets the key attributes of the item.</summary>
    /// <exception cref="RecordFormatException">The member is missing.</exception>
    public Item Keys => Image(_envelope.Keys, "dynamodb.Keys")
        ?? throw new RecordFormatException("the member is missing", "dynamodb.Keys");

    /// <summary>Gets the item as it is after the change.</summary>
    /// <value>Null for a removed item, and when the stream carries no new images.</value>
    public Item? NewImage => Image(_envelope.NewImage, "dynamodb.NewImage");

    /// <summary>Gets the item as it was before the change.</summary>
    /// <value>Null for a new item, and when the stream carries no old images.</value>
    public Item? OldImage => Image(_envelope.OldImage, "dynamodb.OldImage");

    /// <summary>Gets who made the change when it was not a writer of the table; else null.</summary>
    public UserIdentity? UserIdentity => _envelope.UserIdentity.IsAbsent ? null : UserIdentityReader.Read(_bytes.Span(_envelope.UserIdentity));

    /// <summary>Gets whether the item was deleted by time to live.</summary>
    /// <value>False in a replica of a global table, where such a delete looks like any other.</value>
    public bool IsTimeToLiveDelete => UserIdentity is { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" };

    /// <summary>Gets the record's JSON as it was received.</summary>
    public ReadOnlyMemory<byte> Utf8Json => _bytes.Memory(_envelope.Whole);

    internal bool HasSequenceNumber => _envelope.HasSequenceNumber;

    internal Slice UserIdentitySlice => _envelope.UserIdentity.IsAbsent
        ? default
        : _envelope.UserIdentity with { Start = _envelope.UserIdentity.Start - _envelope.Whole.Start };

    internal bool NamesItsStream => !_envelope.SourceArn.IsAbsent;

    /// <summary>Copies the record, so that it can be kept after its handler has ended.</summary>
    /// <returns>A record with the same content that owns its bytes.</returns>
    public StreamRecord Detach() => RecordIndex.ReadRecord(new RecordBytes(Utf8Json.ToArray()), _stream);

    private Item? Image(Slice slice, string path) => slice.IsAbsent ? null : new Item(_bytes, slice, path);

    private string RequiredText(Slice slice, string path) =>
        Text(slice, path) ?? throw new RecordFormatException("the member is missing", path);

    private string? Text(Slice slice, string path)
    {
        if (slice.IsAbsent)
            return null;
        var reader = RecordIndex.NewReader(_bytes.Span(slice));
        reader.Read();
        return JsonText.Decode(ref reader, out var error)
            ?? throw new RecordFormatException(error is null ? $"text is expected and {reader.TokenType} was found" : "the text is not valid", path, error);
    }
}
