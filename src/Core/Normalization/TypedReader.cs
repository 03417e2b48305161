using System.Text;
using System.Text.Json;
using StreamWorker.Diagnostics;

namespace StreamWorker.Normalization;

/// <summary>Reads a part of a record. Whatever is wrong with the JSON becomes an error that names the record and the place.</summary>
internal ref struct TypedReader
{
    // An item is nested up to 32 levels and each is two in the typed JSON. The bound is above that, and keeps what walks down from running out of stack.
    internal const int MaximumDepth = 128;

    private readonly StreamRecord _record;
    private readonly int _start;
    private readonly ReadOnlySpan<byte> _part;
    private Utf8JsonReader _json;

    /// <summary>Opens a part of a record and moves to its first token.</summary>
    public TypedReader(StreamRecord record, Slice part)
    {
        _record = record;
        _start = part.Start;
        _part = record.Span(part);
        _json = new Utf8JsonReader(_part, new JsonReaderOptions { MaxDepth = MaximumDepth });
        Read();
    }

    public readonly JsonTokenType TokenType => _json.TokenType;

    /// <summary>Gets where the current token begins in the received bytes.</summary>
    public readonly int Position => _start + (int)_json.TokenStartIndex;

    public bool Read()
    {
        try
        {
            return _json.Read();
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Moves to the end of the current value and gives its range in the received bytes.</summary>
    public Slice Skip()
    {
        var position = Position;
        try
        {
            _json.Skip();
            return new Slice(position, _start + (int)_json.BytesConsumed - position);
        }
        catch (JsonException e)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Moves to the end of the member whose name has been read.</summary>
    public void SkipMember()
    {
        Read();
        Skip();
    }

    /// <summary>Moves to the name of the next member of a JSON object, if it has one.</summary>
    public bool ReadName() => Read() && TokenType == JsonTokenType.PropertyName;

    /// <summary>Moves to the next element of a JSON array, if it has one.</summary>
    public bool ReadElement() => Read() && TokenType != JsonTokenType.EndArray;

    public bool IsName(string name) => AttributeText.IsName(ref _json, name);

    public bool IsName(ReadOnlySpan<byte> name) => JsonText.IsName(ref _json, name);

    /// <summary>Gives the name of the attribute that the reader stands on.</summary>
    public string Name() => AttributeText.Decode(ref _json, out var error) ?? throw Fault("the name of an attribute is not valid UTF-8", error);

    /// <summary>Gives the text that the reader stands on.</summary>
    public string Text()
    {
        if (TokenType != JsonTokenType.String)
            throw Unexpected("a JSON string");
        return AttributeText.Decode(ref _json, out var error) ?? throw Fault("the text is not valid UTF-8", error);
    }

    /// <summary>Gives the text that the reader stands on, which is no data: all of it must be valid Unicode.</summary>
    public string StrictText() =>
        JsonText.Decode(ref _json, out var error) ?? throw (error is null ? Unexpected("a JSON string") : Fault("the text is not valid", error));

    /// <summary>Gives the name or text that the reader stands on as it was received, if it was written without escapes.</summary>
    public readonly bool TryGetUnescaped(out ReadOnlySpan<byte> utf8)
    {
        utf8 = _json.ValueIsEscaped ? default : _json.ValueSpan;
        return !_json.ValueIsEscaped;
    }

    /// <summary>Gets where the name that the reader stands on is in its part, as it was received.</summary>
    public readonly Slice NameSlice => new((int)_json.TokenStartIndex + 1, _json.ValueSpan.Length);

    /// <summary>Gives a range of the part.</summary>
    public readonly ReadOnlySpan<byte> At(Slice slice) => _part.Slice(slice.Start, slice.Length);

    /// <summary>Gets the value that the reader stands on as it was received, quotes included.</summary>
    public readonly ReadOnlySpan<byte> Raw => _part[(int)_json.TokenStartIndex..(int)_json.BytesConsumed];

    /// <summary>Gives the bytes whose base64 the reader stands on.</summary>
    public byte[] Bytes()
    {
        if (TokenType != JsonTokenType.String)
            throw Unexpected("base64 in a JSON string");
        try
        {
            return _json.TryGetBytesFromBase64(out var bytes) ? bytes : throw Fault("the text is not base64");
        }
        catch (InvalidOperationException e)
        {
            throw Fault("the text is not base64", e);
        }
    }

    /// <summary>Gives the number whose text the reader stands on.</summary>
    public ExactNumber Number() => TryGetNumber(out var number) switch
    {
        NumberFault.None => number,
        NumberFault.NotANumber => throw Misfit("a number"),
        _ => throw Misfit("a number of up to 38 digits between 1E-130 and 9.9…E+125"),
    };

    /// <summary>Gives the number whose text the reader stands on, or what is wrong with the text.</summary>
    public NumberFault TryGetNumber(out ExactNumber number)
    {
        if (TokenType != JsonTokenType.String)
            throw Unexpected("a number in a JSON string");
        return ExactNumber.Parse(_json.ValueIsEscaped ? Encoding.UTF8.GetBytes(Text()) : _json.ValueSpan, out number);
    }

    /// <summary>Gives the boolean that the reader stands on.</summary>
    public readonly bool Boolean() => TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Unexpected("true or false"),
    };

    public bool TryGetInt64(out long value)
    {
        value = 0;
        return TokenType == JsonTokenType.Number && _json.TryGetInt64(out value);
    }

    public bool TryGetDecimal(out decimal value)
    {
        value = 0;
        return TokenType == JsonTokenType.Number && _json.TryGetDecimal(out value);
    }

    /// <summary>Moves from the beginning of a typed value <c>{"TYPE": content}</c> to that of its content.</summary>
    public AttributeType EnterValue()
    {
        if (TokenType != JsonTokenType.StartObject)
            throw Unexpected("a typed value such as {\"S\":\"text\"}");
        Read();
        if (TokenType != JsonTokenType.PropertyName)
            throw Fault("a typed value such as {\"S\":\"text\"} is expected and an empty JSON object was found");
        if (AttributeTypes.Parse(ref _json) is not { } type)
            throw Fault($"S, N, B, BOOL, NULL, M, L, SS, NS or BS is expected and the type {RecordFault.Quote(Name())} was found");
        Read();
        return type;
    }

    /// <summary>Moves from the end of the content of a typed value to that of the value.</summary>
    public void LeaveValue(AttributeType type)
    {
        Read();
        if (TokenType != JsonTokenType.EndObject)
            throw Fault($"one type is expected and {RecordFault.Quote(Name())} was found behind {AttributeTypes.Describe(type)}");
    }

    /// <summary>Takes the typed value that the reader stands on, up to its end.</summary>
    public AttributeValue Value()
    {
        var type = EnterValue();
        var content = Skip();
        LeaveValue(type);
        return new AttributeValue(_record, type, content);
    }

    /// <summary>Makes sure that the reader stands on the content of a list or set.</summary>
    public readonly void ExpectArray()
    {
        if (TokenType != JsonTokenType.StartArray)
            throw Unexpected("a JSON array");
    }

    /// <summary>Makes sure that the reader stands on the content of a map.</summary>
    public readonly void ExpectAttributes()
    {
        if (TokenType != JsonTokenType.StartObject)
            throw Unexpected("a JSON object with attributes");
    }

    public readonly RecordFormatException Unexpected(string wanted) => Fault($"{wanted} is expected and {AttributeTypes.Describe(TokenType)} was found");

    /// <summary>Makes the error of a text that is not what is wanted.</summary>
    public RecordFormatException Misfit(string wanted) => Fault($"{wanted} is expected and {RecordFault.Quote(Text())} was found");

    /// <summary>Makes the error of the value or name that the reader stands on.</summary>
    public readonly RecordFormatException Fault(string message, Exception? cause = null) => RecordFault.At(_record, Position, message, cause);

    private readonly RecordFormatException Malformed(JsonException cause) => Fault(
        _json.CurrentDepth >= MaximumDepth ? $"the value is nested deeper than {MaximumDepth} levels of JSON, and the 32 levels that DynamoDB takes are 66 of them" : "the JSON is not valid",
        cause);
}
