using System.Globalization;
using System.Text.Json;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker;

/// <summary>One attribute value, as a view of the received UTF-8.</summary>
/// <remarks>Valid as long as its record is. Every method that asks for a type raises <see cref="RecordFormatException"/>, with the attribute's path, when the value has another.</remarks>
public readonly struct AttributeValue
{
    private readonly RecordBytes _bytes;
    private readonly Slice _value;
    private readonly string _parentPath;
    private readonly string _name;

    private AttributeValue(RecordBytes bytes, AttributeType type, Slice value, string parentPath, string name)
    {
        _bytes = bytes;
        _value = value;
        _parentPath = parentPath;
        _name = name;
        Type = type;
    }

    /// <summary>Gets the value's type.</summary>
    public AttributeType Type { get; }

    /// <summary>Gets where the value is in its record, for example <c>dynamodb.NewImage.lines[2].price</c>.</summary>
    public string Path => _name is null ? "(no value)" : _name.StartsWith('[') ? _parentPath + _name : $"{_parentPath}.{_name}";

    /// <summary>Gets whether the value is <c>NULL</c>.</summary>
    public bool IsNull => Type == AttributeType.Null;

    /// <summary>Gives the text of an <c>S</c>.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>S</c>.</exception>
    public string AsString() => Text(Expect(AttributeType.String));

    /// <summary>Gives the digits of an <c>N</c> exactly as DynamoDB keeps them: up to 38, with exponent where there is one.</summary>
    /// <returns>The number as text.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>.</exception>
    public string AsNumberText() => Text(Expect(AttributeType.Number));

    /// <summary>Gives an <c>N</c> as decimal.</summary>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>, or a decimal cannot hold it without loss.</exception>
    public decimal AsDecimal() => DecimalNumber.TryParseExactly(AsNumberText(), out var number) ? number : throw DoesNotFit("decimal");

    /// <summary>Gives an <c>N</c> as 64-bit integer.</summary>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>, has a fraction, or is out of range.</exception>
    public long AsInt64() => DecimalNumber.TryParseExactly(AsNumberText(), out var number) && decimal.Truncate(number) == number && number is >= long.MinValue and <= long.MaxValue
        ? (long)number
        : throw DoesNotFit("long");

    /// <summary>Gives an <c>N</c> as double.</summary>
    /// <returns>The nearest double.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>, or out of range.</exception>
    public double AsDouble() => double.TryParse(AsNumberText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
        ? number
        : throw new RecordFormatException($"{AsNumberText()} is not a finite double", Path);

    /// <summary>Gives a <c>BOOL</c>.</summary>
    /// <returns>True or false.</returns>
    /// <exception cref="RecordFormatException">The value is not a <c>BOOL</c>.</exception>
    public bool AsBoolean()
    {
        var reader = Expect(AttributeType.Boolean);
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False
            ? reader.GetBoolean()
            : throw new RecordFormatException($"true or false is expected and {reader.TokenType} was found", Path);
    }

    /// <summary>Gives the bytes of a <c>B</c>.</summary>
    /// <returns>The bytes, decoded.</returns>
    /// <exception cref="RecordFormatException">The value is not a <c>B</c> or not base64.</exception>
    public byte[] AsBytes() => Bytes(Expect(AttributeType.Binary));

    /// <summary>Gives an <c>M</c>.</summary>
    /// <returns>The named values.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>M</c>.</exception>
    public Item AsMap()
    {
        Expect(AttributeType.Map);
        return new Item(_bytes, _value, Path);
    }

    /// <summary>Gives the values of an <c>L</c>.</summary>
    /// <returns>The values in order.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>L</c>, or one of its members is malformed.</exception>
    public IReadOnlyList<AttributeValue> AsList()
    {
        var reader = ExpectArray(AttributeType.List);
        var values = new List<AttributeValue>();
        var path = Path;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(Read(ref reader, _bytes, _value.Start, path, string.Create(CultureInfo.InvariantCulture, $"[{values.Count}]")));
        }

        return values;
    }

    /// <summary>Gives the texts of an <c>SS</c>.</summary>
    /// <returns>The set.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>SS</c>.</exception>
    public IReadOnlySet<string> AsStringSet() => Texts(AttributeType.StringSet);

    /// <summary>Gives the numbers of an <c>NS</c> as text, digits as DynamoDB keeps them.</summary>
    /// <returns>The set.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>NS</c>.</exception>
    public IReadOnlySet<string> AsNumberSet() => Texts(AttributeType.NumberSet);

    /// <summary>Gives the byte strings of a <c>BS</c>.</summary>
    /// <returns>The byte strings, decoded.</returns>
    /// <exception cref="RecordFormatException">The value is not a <c>BS</c> or not base64.</exception>
    public IReadOnlyList<byte[]> AsBinarySet()
    {
        var reader = ExpectArray(AttributeType.BinarySet);
        var values = new List<byte[]>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(Bytes(reader));
        return values;
    }

    /// <summary>Writes the value as plain JSON: numbers with their exact digits, bytes as base64, sets as lists.</summary>
    /// <param name="writer">Where to write.</param>
    /// <exception cref="RecordFormatException">The value, or one inside it, is malformed.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        PlainJson.Write(writer, this);
    }

    /// <summary>Reads the typed value <c>{"TYPE": value}</c> that the reader stands on.</summary>
    internal static AttributeValue Read(ref Utf8JsonReader reader, RecordBytes bytes, int offset, string parentPath, string name)
    {
        if (reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && TypeOf(ref reader) is { } type)
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = new Slice(offset + start, (int)reader.BytesConsumed - start);
            if (reader.Read() && reader.TokenType == JsonTokenType.EndObject)
                return new AttributeValue(bytes, type, value, parentPath, name);
        }

        throw new RecordFormatException("a typed attribute value such as {\"S\":\"text\"} is expected", name.StartsWith('[') ? parentPath + name : $"{parentPath}.{name}");
    }

    internal Utf8JsonReader Expect(AttributeType type)
    {
        if (Type != type || _bytes is null)
            throw new RecordFormatException($"{type} is expected and {(_bytes is null ? "nothing" : Type)} was found", Path);
        var reader = RecordIndex.NewReader(_bytes.Span(_value));
        reader.Read();
        return reader;
    }

    private static AttributeType? TypeOf(ref Utf8JsonReader reader)
    {
        // The longest name has four characters; an escaped one is six times as long.
        Span<byte> name = stackalloc byte[4 * 6];
        if (reader.ValueSpan.Length > name.Length)
            return null;
        try
        {
            name = name[..reader.CopyString(name)];
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        return name switch
        {
            [(byte)'S'] => AttributeType.String,
            [(byte)'N'] => AttributeType.Number,
            [(byte)'B'] => AttributeType.Binary,
            [(byte)'M'] => AttributeType.Map,
            [(byte)'L'] => AttributeType.List,
            [(byte)'S', (byte)'S'] => AttributeType.StringSet,
            [(byte)'N', (byte)'S'] => AttributeType.NumberSet,
            [(byte)'B', (byte)'S'] => AttributeType.BinarySet,
            [(byte)'B', (byte)'O', (byte)'O', (byte)'L'] => AttributeType.Boolean,
            [(byte)'N', (byte)'U', (byte)'L', (byte)'L'] => AttributeType.Null,
            _ => null,
        };
    }

    private Utf8JsonReader ExpectArray(AttributeType type)
    {
        var reader = Expect(type);
        return reader.TokenType == JsonTokenType.StartArray ? reader : throw new RecordFormatException($"a list is expected and {reader.TokenType} was found", Path);
    }

    private HashSet<string> Texts(AttributeType type)
    {
        var reader = ExpectArray(type);
        var values = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(Text(reader));
        return values;
    }

    private string Text(Utf8JsonReader reader)
    {
        if (JsonText.Decode(ref reader, out var error) is { } text)
            return text;
        throw new RecordFormatException(error is null ? $"text is expected and {reader.TokenType} was found" : "the text is not valid", Path, error);
    }

    private byte[] Bytes(Utf8JsonReader reader)
    {
        try
        {
            if (reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes))
                return bytes;
        }
        catch (InvalidOperationException e)
        {
            throw new RecordFormatException("base64 text is expected", Path, e);
        }

        throw new RecordFormatException("base64 text is expected", Path);
    }

    private RecordFormatException DoesNotFit(string type) => new($"{AsNumberText()} does not fit a {type} without loss", Path);
}
