using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker;

/// <summary>One attribute value, as a view of the received UTF-8.</summary>
/// <remarks>
/// Nothing is decoded or remembered: each access reads what it needs, gives the same again, and is safe from several threads. Valid as long as its record is. Every
/// method that asks for a type raises <see cref="RecordFormatException"/>, which names the record and the attribute's path, when the value has another.
/// </remarks>
public readonly struct AttributeValue
{
    private readonly StreamRecord _record;
    private readonly Slice _content;

    internal AttributeValue(StreamRecord record, AttributeType type, Slice content)
    {
        _record = record;
        _content = content;
        Type = type;
    }

    /// <summary>Gets the value's type.</summary>
    public AttributeType Type { get; }

    /// <summary>Gets where the value is in its record.</summary>
    /// <value>For example <c>dynamodb.NewImage.lines[2].price</c>; a name that would be misread between dots is in brackets and quotes. It is found anew each time.</value>
    public string Path => _record is null ? "(no value)" : AttributePath.Of(_record, _content.Start);

    /// <summary>Gets whether the value is <c>NULL</c>.</summary>
    public bool IsNull => Type == AttributeType.Null;

    /// <summary>Gets the JSON of the content, which is the value without its type.</summary>
    internal ReadOnlySpan<byte> Content => _record.Span(_content);

    /// <summary>Gives the text of an <c>S</c>.</summary>
    /// <returns>The text. Half a surrogate pair, which JSON can write, is kept.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>S</c>.</exception>
    public string AsString() => PlainText(AttributeType.String) ?? Expect(AttributeType.String).Text();

    /// <summary>Gives the digits of an <c>N</c> exactly as they were received: DynamoDB keeps up to 38, with exponent where there is one.</summary>
    /// <returns>The number as text.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>.</exception>
    public string AsNumberText() => PlainText(AttributeType.Number) ?? Expect(AttributeType.Number).Text();

    /// <summary>Gives an <c>N</c> as decimal.</summary>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>, or a decimal cannot hold it without loss.</exception>
    public decimal AsDecimal()
    {
        if (TryGetNumber(out var exact) && exact.TryToDecimal(out var value))
            return value;
        var reader = Expect(AttributeType.Number);
        return reader.Number().TryToDecimal(out var number) ? number : throw reader.Misfit("a number that a decimal holds without loss");
    }

    /// <summary>Gives an <c>N</c> as 64-bit integer.</summary>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>, has a fraction, or is out of range.</exception>
    public long AsInt64()
    {
        if (TryGetNumber(out var exact) && exact.TryToInt64(out var value))
            return value;
        var reader = Expect(AttributeType.Number);
        return reader.Number().TryToInt64(out var number) ? number : throw reader.Misfit("a whole number of 64 bits");
    }

    /// <summary>Gives an <c>N</c> as integer of any size.</summary>
    /// <returns>The number, exactly: up to 126 digits.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>, has a fraction, or is beyond what DynamoDB holds.</exception>
    public BigInteger AsBigInteger()
    {
        var reader = Expect(AttributeType.Number);
        return reader.Number().TryToBigInteger(out var number) ? number : throw reader.Misfit("a whole number");
    }

    /// <summary>Gives an <c>N</c> as double.</summary>
    /// <returns>The nearest double.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>N</c>, or is beyond what DynamoDB holds.</exception>
    public double AsDouble()
    {
        var reader = Expect(AttributeType.Number);
        reader.Number();
        return double.Parse(reader.Text(), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Gives a <c>BOOL</c>.</summary>
    /// <returns>True or false.</returns>
    /// <exception cref="RecordFormatException">The value is not a <c>BOOL</c>.</exception>
    public bool AsBoolean() => Expect(AttributeType.Boolean).Boolean();

    /// <summary>Gives the bytes of a <c>B</c>.</summary>
    /// <returns>The bytes, decoded.</returns>
    /// <exception cref="RecordFormatException">The value is not a <c>B</c> or not base64.</exception>
    public byte[] AsBytes() => Expect(AttributeType.Binary).Bytes();

    /// <summary>Gives an <c>M</c>.</summary>
    /// <returns>The named values.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>M</c>.</exception>
    public Item AsMap()
    {
        Expect(AttributeType.Map);
        return new Item(_record, _content);
    }

    /// <summary>Gives the values of an <c>L</c>.</summary>
    /// <returns>The values in order.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>L</c>, or one of its members is malformed.</exception>
    public IReadOnlyList<AttributeValue> AsList()
    {
        var reader = Expect(AttributeType.List);
        reader.ExpectArray();
        var values = new List<AttributeValue>();
        while (reader.ReadElement())
            values.Add(reader.Value());
        return values;
    }

    /// <summary>Gives the texts of an <c>SS</c>.</summary>
    /// <returns>The set; texts are different when one of their UTF-16 units is.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>SS</c>.</exception>
    public IReadOnlySet<string> AsStringSet() => Texts(AttributeType.StringSet);

    /// <summary>Gives the numbers of an <c>NS</c> as text, digits exactly as they were received.</summary>
    /// <returns>The set. Members are different when their text is: DynamoDB writes equal numbers alike.</returns>
    /// <exception cref="RecordFormatException">The value is not an <c>NS</c>.</exception>
    public IReadOnlySet<string> AsNumberSet() => Texts(AttributeType.NumberSet);

    /// <summary>Gives the byte strings of a <c>BS</c>.</summary>
    /// <returns>The byte strings, decoded: a set by content, so that <c>Contains</c> finds an equal array.</returns>
    /// <exception cref="RecordFormatException">The value is not a <c>BS</c> or not base64.</exception>
    public IReadOnlySet<byte[]> AsBinarySet()
    {
        var reader = Expect(AttributeType.BinarySet);
        return PlainValues.ReadBinaries(ref reader);
    }

    /// <summary>Gives the value as plain .NET value.</summary>
    /// <returns>
    /// <c>S</c>: <see cref="string"/>. <c>N</c>: <see cref="decimal"/>, or the digits as <see cref="string"/> where a decimal would lose some. <c>B</c>: <see cref="byte"/>[].
    /// <c>BOOL</c>: <see cref="bool"/>. <c>NULL</c>: null. <c>M</c>: <see cref="IReadOnlyDictionary{TKey, TValue}"/> of text and value. <c>L</c>: <see cref="IReadOnlyList{T}"/>.
    /// <c>SS</c>: <see cref="IReadOnlySet{T}"/> of text. <c>NS</c>: <see cref="IReadOnlySet{T}"/> of decimal, or of text where a decimal would lose digits of any of them.
    /// <c>BS</c>: <see cref="IReadOnlySet{T}"/> of byte arrays, by content.
    /// </returns>
    /// <exception cref="RecordFormatException">The value, or one inside it, is malformed.</exception>
    public object? ToObject()
    {
        var reader = Expect(Type);
        return PlainValues.Read(ref reader, Type);
    }

    /// <summary>Makes an object of the value, by way of its plain JSON and without reflection.</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    /// <param name="type">How to read it: <c>MyJsonContext.Default.Address</c> of a source-generated context.</param>
    /// <returns>The object. Numbers are read from their exact digits, sets from arrays, and <c>B</c> from base64, so that it fits a <see cref="byte"/>[].</returns>
    /// <exception cref="RecordFormatException">The value is malformed or does not fit the type; the path leads to what does not.</exception>
    public T? To<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Expect(Type);
        return TypedObject.Read(_record, _content, Type, type);
    }

    /// <summary>Writes the value as plain JSON: numbers with their exact digits, bytes as base64, sets as lists.</summary>
    /// <param name="writer">Where to write.</param>
    /// <exception cref="RecordFormatException">The value, or one inside it, is malformed. What was written before it stays written.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Expect(Type);
        PlainJson.Write(writer, _record, _content, Type);
    }

    /// <summary>Gives the value as plain JSON, for logs and debuggers.</summary>
    /// <returns>One line of JSON.</returns>
    /// <exception cref="RecordFormatException">The value, or one inside it, is malformed.</exception>
    public override string ToString() => _record is null ? Path : PlainJson.Write(_record, _content, Type);

    /// <summary>Opens the content, which must be of a type.</summary>
    internal TypedReader Expect(AttributeType type)
    {
        if (_record is null)
            throw new RecordFormatException($"{AttributeTypes.Describe(type)} is expected and there is no value", Path);
        if (Type != type)
            throw RecordFault.At(_record, _content.Start, $"{AttributeTypes.Describe(type)} is expected and {AttributeTypes.Describe(Type)} was found");
        return new TypedReader(_record, _content);
    }

    /// <summary>Gives the text between the quotes of a JSON string, as most are, without opening a reader; null when only a reader tells what it is or what is wrong.</summary>
    private string? PlainText(AttributeType type) => TryGetQuoted(type, out var utf8) ? AttributeText.DecodePlain(utf8) : null;

    private bool TryGetNumber(out ExactNumber number)
    {
        number = default;
        return TryGetQuoted(AttributeType.Number, out var utf8) && ExactNumber.Parse(utf8, out number) == NumberFault.None;
    }

    private bool TryGetQuoted(AttributeType type, out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (Type != type || _record is null || Content is not [(byte)'"', .. var text, (byte)'"'])
            return false;
        utf8 = text;
        return true;
    }

    private HashSet<string> Texts(AttributeType type)
    {
        var reader = Expect(type);
        return PlainValues.ReadTexts(ref reader);
    }
}
