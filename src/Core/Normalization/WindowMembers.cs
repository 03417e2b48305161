using System.Globalization;
using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>Where the members of an event stand that belong to a tumbling window, and what they say.</summary>
internal struct WindowMembers
{
    private Slice _window;
    private Slice _state;
    private Slice _shardId;
    private Slice _streamArn;
    private Slice _isFinal;
    private Slice _isEarly;

    /// <summary>Keeps where a member's value stands, if it is one of these; the last one of a name counts.</summary>
    public void Take(ReadOnlySpan<byte> name, Slice value)
    {
        if (name.SequenceEqual("window"u8))
            _window = value;
        else if (name.SequenceEqual("state"u8))
            _state = value;
        else if (name.SequenceEqual("shardId"u8))
            _shardId = value;
        else if (name.SequenceEqual("eventSourceARN"u8))
            _streamArn = value;
        else if (name.SequenceEqual("isFinalInvokeForWindow"u8))
            _isFinal = value;
        else if (name.SequenceEqual("isWindowTerminatedEarly"u8))
            _isEarly = value;
    }

    /// <summary>Reads the window; null when the event has none.</summary>
    public readonly BatchWindow? Read(RecordBytes bytes)
    {
        if (_window.IsAbsent || bytes.Span(_window).SequenceEqual("null"u8))
            return null;
        using var window = JsonDocument.Parse(bytes.Memory(_window));
        if (window.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("The member 'window' is not an object.");
        var state = _state.IsAbsent ? "{}"u8 : bytes.Span(_state);
        if (state[0] != (byte)'{')
            throw new JsonException("The member 'state' is not an object.");
        return new BatchWindow
        {
            Start = Time(window.RootElement, "start"),
            End = Time(window.RootElement, "end"),
            State = state.ToArray(),
            IsFinalInvokeForWindow = Flag(bytes, _isFinal, "isFinalInvokeForWindow"),
            IsWindowTerminatedEarly = Flag(bytes, _isEarly, "isWindowTerminatedEarly"),
        };
    }

    public readonly ShardId? ReadShardId(RecordBytes bytes) => Text(bytes, _shardId) is { Length: > 0 } text ? new ShardId(text) : null;

    public readonly StreamArn? ReadStreamArn(RecordBytes bytes) => StreamArn.TryParse(Text(bytes, _streamArn), out var arn) ? arn : null;

    private static string? Text(RecordBytes bytes, Slice value) => value.IsAbsent ? null : JsonText.DecodeIfValid(bytes.Span(value));

    private static DateTimeOffset Time(JsonElement window, string name) =>
        window.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(member.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new JsonException($"The member 'window' has no '{name}' that is a time.");

    private static bool Flag(RecordBytes bytes, Slice value, string name)
    {
        var json = value.IsAbsent ? "false"u8 : bytes.Span(value);
        return json.SequenceEqual("true"u8) || (json.SequenceEqual("false"u8) ? false : throw new JsonException($"The member '{name}' is neither true nor false."));
    }
}
