using System.Collections;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker;

/// <summary>An item's attributes, or those of a map in it, as a lazy view of the received UTF-8.</summary>
/// <remarks>
/// Nothing is decoded or remembered: each access reads what it needs, gives the same again, and is safe from several threads. Valid as long as its record is.
/// Names are case-sensitive and any text is a name. DynamoDB sends no name twice; should one come twice, the first is meant, here and in everything that is made of the item.
/// </remarks>
public sealed class Item : IEnumerable<KeyValuePair<string, AttributeValue>>
{
    private readonly StreamRecord _record;
    private readonly Slice _content;

    internal Item(StreamRecord record, Slice content)
    {
        _record = record;
        _content = content;
    }

    /// <summary>Gets where the item is in its record, for example <c>dynamodb.NewImage</c>. It is found anew each time.</summary>
    public string Path => AttributePath.Of(_record, _content.Start);

    /// <summary>Gets DynamoDB's typed JSON as it was received.</summary>
    public ReadOnlyMemory<byte> Utf8Json => _record.Memory(_content);

    /// <summary>Gets an attribute.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <exception cref="RecordFormatException">The item has no such attribute, or it is malformed.</exception>
    public AttributeValue this[string name] => TryGetValue(name, out var value) ? value : throw Missing(name, "an attribute");

    /// <summary>Looks for an attribute.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">The attribute, or the default.</param>
    /// <returns>True when the item has the attribute.</returns>
    /// <exception cref="RecordFormatException">The attribute is malformed.</exception>
    public bool TryGetValue(string name, out AttributeValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        return AttributeSearch.TryFind(_record, _content, name, out value) ?? TryRead(name, out value);
    }

    private bool TryRead(string name, out AttributeValue value)
    {
        var reader = Open();
        while (reader.ReadName())
        {
            var isWanted = reader.IsName(name);
            reader.Read();
            if (isWanted)
            {
                value = reader.Value();
                return true;
            }

            reader.Skip();
        }

        value = default;
        return false;
    }

    /// <summary>Looks for an attribute that an item need not have: <c>item.Find("discount")?.AsDecimal()</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The attribute; null when the item does not have it. One that is <c>NULL</c> is there.</returns>
    /// <exception cref="RecordFormatException">The attribute is malformed.</exception>
    public AttributeValue? Find(string name) => TryGetValue(name, out var value) ? value : null;

    /// <summary>Tells whether the item has an attribute.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>True when it has.</returns>
    /// <exception cref="RecordFormatException">The attribute is malformed.</exception>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <summary>Gets the text of an <c>S</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing or has another type.</exception>
    public string GetString(string name) => Get(name, AttributeType.String).AsString();

    /// <summary>Gets the digits of an <c>N</c> exactly as they were received.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The number as text.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing or has another type.</exception>
    public string GetNumberText(string name) => Get(name, AttributeType.Number).AsNumberText();

    /// <summary>Gets an <c>N</c> as 64-bit integer.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing, has another type, has a fraction or is out of range.</exception>
    public long GetInt64(string name) => Get(name, AttributeType.Number).AsInt64();

    /// <summary>Gets an <c>N</c> as decimal.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing, has another type, or a decimal cannot hold it without loss.</exception>
    public decimal GetDecimal(string name) => Get(name, AttributeType.Number).AsDecimal();

    /// <summary>Gets an <c>N</c> as double.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The nearest double.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing, has another type, or is beyond what DynamoDB holds.</exception>
    public double GetDouble(string name) => Get(name, AttributeType.Number).AsDouble();

    /// <summary>Gets an <c>N</c> as integer of any size.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing, has another type, has a fraction, or is beyond what DynamoDB holds.</exception>
    public BigInteger GetBigInteger(string name) => Get(name, AttributeType.Number).AsBigInteger();

    /// <summary>Gets a <c>BOOL</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>True or false.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing or has another type.</exception>
    public bool GetBoolean(string name) => Get(name, AttributeType.Boolean).AsBoolean();

    /// <summary>Gets the bytes of a <c>B</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The bytes, decoded.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing, has another type, or is not base64.</exception>
    public byte[] GetBytes(string name) => Get(name, AttributeType.Binary).AsBytes();

    /// <summary>Gets an <c>M</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The named values.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing or has another type.</exception>
    public Item GetMap(string name) => Get(name, AttributeType.Map).AsMap();

    /// <summary>Gets the values of an <c>L</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The values in order.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing, has another type, or one of its members is malformed.</exception>
    public IReadOnlyList<AttributeValue> GetList(string name) => Get(name, AttributeType.List).AsList();

    /// <summary>Gets the texts of an <c>SS</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The set.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing or has another type.</exception>
    public IReadOnlySet<string> GetStringSet(string name) => Get(name, AttributeType.StringSet).AsStringSet();

    /// <summary>Gets the numbers of an <c>NS</c> as text.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The set; members are different when their text is.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing or has another type.</exception>
    public IReadOnlySet<string> GetNumberSet(string name) => Get(name, AttributeType.NumberSet).AsNumberSet();

    /// <summary>Gets the byte strings of a <c>BS</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The set, by content.</returns>
    /// <exception cref="RecordFormatException">The attribute is missing, has another type, or is not base64.</exception>
    public IReadOnlySet<byte[]> GetBinarySet(string name) => Get(name, AttributeType.BinarySet).AsBinarySet();

    /// <summary>Writes the item as plain JSON: numbers with their exact digits, bytes as base64, sets as lists.</summary>
    /// <param name="writer">Where to write.</param>
    /// <exception cref="RecordFormatException">An attribute is malformed. What was written before it stays written.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        PlainJson.Write(writer, _record, _content, AttributeType.Map);
    }

    /// <summary>Gives the item as plain .NET values.</summary>
    /// <returns>Names and values, which are of the types that <see cref="AttributeValue.ToObject"/> gives.</returns>
    /// <exception cref="RecordFormatException">An attribute is malformed.</exception>
    public IReadOnlyDictionary<string, object?> ToDictionary()
    {
        var reader = Open();
        return PlainValues.ReadMap(ref reader);
    }

    /// <summary>Makes an object of the item, by way of its plain JSON and without reflection.</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    /// <param name="type">How to read it: <c>MyJsonContext.Default.Order</c> of a source-generated context.</param>
    /// <returns>The object. Numbers are read from their exact digits, sets from arrays, and <c>B</c> from base64, so that it fits a <see cref="byte"/>[].</returns>
    /// <exception cref="RecordFormatException">An attribute is malformed or does not fit the type; the path leads to it where the serializer knows.</exception>
    public T To<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return TypedObject.Read(_record, _content, AttributeType.Map, type)
            ?? throw RecordFault.At(_record, _content.Start, $"{typeof(T)} is expected and its converter gave null");
    }

    /// <summary>Gives the attributes in the order in which they were received.</summary>
    /// <returns>Names and values.</returns>
    /// <exception cref="RecordFormatException">One of the attributes is malformed; none is then given.</exception>
    public IEnumerator<KeyValuePair<string, AttributeValue>> GetEnumerator() => Attributes().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Gives the item as plain JSON, for logs and debuggers.</summary>
    /// <returns>One line of JSON.</returns>
    /// <exception cref="RecordFormatException">An attribute is malformed.</exception>
    public override string ToString() => PlainJson.Write(_record, _content, AttributeType.Map);

    private AttributeValue Get(string name, AttributeType type) => TryGetValue(name, out var value) ? value : throw Missing(name, AttributeTypes.Describe(type));

    private RecordFormatException Missing(string name, string wanted) =>
        RecordFault.In(_record, new StringBuilder(Path).AppendName(name).ToString(), $"{wanted} is expected and the attribute is missing");

    private List<KeyValuePair<string, AttributeValue>> Attributes()
    {
        var attributes = new List<KeyValuePair<string, AttributeValue>>();
        var names = new NameSet(stackalloc Slice[NameSet.Few]);
        var reader = Open();
        while (reader.ReadName())
        {
            if (!names.Add(in reader))
            {
                reader.SkipMember();
                continue;
            }

            var name = reader.Name();
            reader.Read();
            attributes.Add(new(name, reader.Value()));
        }

        return attributes;
    }

    private TypedReader Open()
    {
        var reader = new TypedReader(_record, _content);
        reader.ExpectAttributes();
        return reader;
    }
}
