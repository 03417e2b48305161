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
    private const byte UnknownEvent = byte.MaxValue;

    // There is one of these for each record, so it keeps only what every handler asks for. The rest of the envelope is found again when it is wanted.
    private readonly RecordBytes _bytes;
    private readonly Slice _whole;
    private readonly Slice _keys;
    private readonly Slice _newImage;
    private readonly Slice _oldImage;
    private readonly SequenceNumber _sequenceNumber;
    private readonly byte _eventName;
    private readonly bool _isMalformed;

    internal StreamRecord(RecordBytes bytes, in RecordEnvelope envelope)
    {
        _bytes = bytes;
        _whole = envelope.Whole;
        _keys = envelope.Keys;
        _newImage = envelope.NewImage;
        _oldImage = envelope.OldImage;
        _isMalformed = envelope.IsMalformed;
        var name = bytes.Span(envelope.EventName);
        _eventName = name.SequenceEqual("\"INSERT\""u8) ? (byte)EventName.Insert
            : name.SequenceEqual("\"MODIFY\""u8) ? (byte)EventName.Modify
            : name.SequenceEqual("\"REMOVE\""u8) ? (byte)EventName.Remove
            : UnknownEvent;
        (HasSourceArn, HasUserIdentity) = (!envelope.SourceArn.IsAbsent, !envelope.UserIdentity.IsAbsent);
        HasSequenceNumber = bytes.Span(envelope.SequenceNumber) is [(byte)'"', .. var digits, (byte)'"'] && SequenceNumber.TryParse(digits, out _sequenceNumber);
    }

    /// <summary>Gets the id of the change, unique in its stream and the same every time that the change is read.</summary>
    /// <exception cref="RecordFormatException">The member is missing or not text.</exception>
    public string EventId => RequiredText(Members.EventId, "eventID");

    /// <summary>Gets what happened to the item.</summary>
    /// <exception cref="RecordFormatException">The member is missing or has an unknown value.</exception>
    public EventName EventName
    {
        get
        {
            if (_eventName != UnknownEvent && !_bytes.IsReleased)
                return (EventName)_eventName;
            var name = Members.EventName;
            throw RecordFault.In(this, "eventName", $"INSERT, MODIFY or REMOVE is expected and {RecordFault.Quote(RequiredText(name, "eventName"))} was found");
        }
    }

    /// <summary>Gets the record's position in its shard.</summary>
    /// <exception cref="RecordFormatException">The member is missing or not a sequence number.</exception>
    public SequenceNumber SequenceNumber => HasSequenceNumber
        ? _sequenceNumber
        : throw RecordFault.In(this, "dynamodb.SequenceNumber", "1 to 40 decimal digits in a JSON string are expected");

    /// <summary>Gets the stream that the record comes from.</summary>
    /// <value>The ARN in the record where it names one (Lambda events), else the stream that was read.</value>
    public StreamArn StreamArn =>
        Members.SourceArn is { IsAbsent: false } source && StreamArn.TryParse(RequiredText(source, "eventSourceARN"), out var arn) ? arn : _bytes.Stream;

    /// <summary>Gets when the change was made.</summary>
    /// <value>The service's time, rounded down to a whole second; null when the record does not say.</value>
    /// <exception cref="RecordFormatException">The member is not a number of seconds since 1970.</exception>
    public DateTimeOffset? ApproximateCreationTime
    {
        get
        {
            var time = Members.CreationTime;
            if (time.IsAbsent)
                return null;
            var reader = new TypedReader(this, time);
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
            var size = Members.Size;
            if (size.IsAbsent)
                return null;
            var reader = new TypedReader(this, size);
            return reader.TryGetInt64(out var bytes) ? bytes : throw reader.Unexpected("a whole number");
        }
    }

    /// <summary>Gets which images the stream carries: <c>KEYS_ONLY</c>, <c>NEW_IMAGE</c>, <c>OLD_IMAGE</c> or <c>NEW_AND_OLD_IMAGES</c>; null when the record does not say.</summary>
    public string? StreamViewType => Text(Members.ViewType);

    /// <summary>Gets the region of the change; null when the record does not say.</summary>
    public string? AwsRegion => Text(Members.Region);

    /// <summary>Gets the key attributes of the item.</summary>
    /// <exception cref="RecordFormatException">The member is missing.</exception>
    public Item Keys => Image(_keys) ?? throw Missing("dynamodb.Keys");

    /// <summary>Gets the item as it is after the change.</summary>
    /// <value>Null for a removed item, and when the stream carries no new images.</value>
    public Item? NewImage => Image(_newImage);

    /// <summary>Gets the item as it was before the change.</summary>
    /// <value>Null for a new item, and when the stream carries no old images.</value>
    public Item? OldImage => Image(_oldImage);

    /// <summary>Gets who made the change when it was not a writer of the table; else null.</summary>
    public UserIdentity? UserIdentity => Members.UserIdentity is { IsAbsent: false } identity ? UserIdentityReader.Read(this, identity) : null;

    /// <summary>Gets whether the item was deleted by time to live.</summary>
    /// <value>False in a replica of a global table, where such a delete looks like any other.</value>
    public bool IsTimeToLiveDelete => UserIdentity is { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" };

    /// <summary>Gets the record's JSON as it was received.</summary>
    public ReadOnlyMemory<byte> Utf8Json => _bytes.Memory(_whole);

    /// <summary>Gets where the record's members are in the received bytes. It is found anew each time.</summary>
    internal RecordEnvelope Envelope
    {
        get
        {
            var walker = new JsonWalker(_bytes.All, _whole.Start, _bytes.Scanner, [_keys, _newImage, _oldImage]);
            EnvelopeReader.TryRead(ref walker, out var envelope);
            return envelope;
        }
    }

    /// <summary>Gets where the record is in the received bytes.</summary>
    internal Slice Whole => _whole;

    /// <summary>Gets whether the record is no object whose members can be told apart.</summary>
    internal bool IsMalformed => _isMalformed;

    /// <summary>Gets the stream that was read; the default when only the record knows it.</summary>
    internal StreamArn Stream => _bytes.Stream;

    internal Slice KeysSlice => _keys;

    internal Slice NewImageSlice => _newImage;

    internal Slice OldImageSlice => _oldImage;

    /// <summary>Gives where a part of the record is in <see cref="Utf8Json"/>.</summary>
    internal Slice Within(Slice part) => part.IsAbsent ? part : part with { Start = part.Start - _whole.Start };

    internal bool HasSequenceNumber { get; }

    /// <summary>Gets whether the record itself names its stream.</summary>
    internal bool HasSourceArn { get; }

    internal bool HasUserIdentity { get; }

    /// <summary>Gets the event id for messages about the record, which may be malformed.</summary>
    internal string? EventIdIfReadable => Envelope.EventId is { IsAbsent: false } id ? JsonText.DecodeIfValid(_bytes.Span(id)) : null;

    /// <summary>Gets where the record's members are, if they can be told apart.</summary>
    private RecordEnvelope Members => _isMalformed ? throw Malformed() : Envelope;

    /// <summary>Finds what differs between the old and the new image.</summary>
    /// <returns>
    /// The differences: for each map those of its new members, in their order, then the members that are gone. Applied in order, they turn the old image into the new one.
    /// Maps are compared member by member and lists element by element, at any depth; what is added or removed as a whole is one difference. Numbers are compared by value, bytes
    /// and sets by content: a set is one value, so a member more or less changes the set. For an inserted item every attribute is added, for a removed one every attribute is removed.
    /// </returns>
    /// <exception cref="RecordFormatException">The stream does not carry the images that this takes (<c>NEW_AND_OLD_IMAGES</c> carries them all), or an attribute that differs is malformed.</exception>
    public IReadOnlyList<AttributeChange> GetChanges() => ImageComparison.Changes(this);

    /// <summary>Tells whether an attribute differs between the old and the new image, by the rules of <see cref="GetChanges"/>.</summary>
    /// <param name="path">
    /// The attribute: <c>status</c>, or further inside <c>address.city</c>, <c>lines[2].price</c>. A name with a dot or bracket is written in brackets and quotes: <c>['unit.price']</c>.
    /// </param>
    /// <returns>True when its value is another, or only one image has it. False when neither has it.</returns>
    /// <exception cref="ArgumentException">The text is not a path.</exception>
    /// <exception cref="RecordFormatException">The stream does not carry the images that this takes (<c>NEW_AND_OLD_IMAGES</c> carries them all), or the attribute is malformed.</exception>
    public bool HasChanged(string path) => ImageComparison.HasChanged(this, path);

    /// <summary>Copies the record, so that it can be kept after its handler has ended.</summary>
    /// <returns>A record with the same content that owns its bytes.</returns>
    public StreamRecord Detach()
    {
        var bytes = new RecordBytes(Utf8Json.ToArray(), _bytes.Stream, _bytes.Scanner);
        var walker = new JsonWalker(bytes.All, 0, bytes.Scanner, []);
        EnvelopeReader.TryRead(ref walker, out var envelope);
        return new StreamRecord(bytes, envelope);
    }

    internal StructuralScanner Scanner => _bytes.Scanner;

    internal ReadOnlySpan<byte> Span(Slice slice) => _bytes.Span(slice);

    internal ReadOnlyMemory<byte> Memory(Slice slice) => _bytes.Memory(slice);

    private Item? Image(Slice slice) => _isMalformed ? throw Malformed() : slice.IsAbsent ? null : new Item(this, slice);

    private string RequiredText(Slice slice, string path) => Text(slice) ?? throw Missing(path);

    private string? Text(Slice slice) => slice.IsAbsent ? null : new TypedReader(this, slice).StrictText();

    private RecordFormatException Malformed() => RecordFault.At(this, _whole.Start, "a JSON object is expected whose members can be told apart");

    private RecordFormatException Missing(string path) => RecordFault.In(this, path, "the member is missing");
}
