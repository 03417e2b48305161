using System.Collections;
using System.Text.Json;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker;

/// <summary>An item's attributes, or those of a map in it, as a lazy view of the received UTF-8.</summary>
/// <remarks>Nothing is decoded or remembered: each access reads what it needs. Valid as long as its record is; safe to read from several threads.</remarks>
public sealed class Item : IEnumerable<KeyValuePair<string, AttributeValue>>
{
    private readonly RecordBytes _bytes;
    private readonly Slice _slice;

    internal Item(RecordBytes bytes, Slice slice, string path)
    {
        _bytes = bytes;
        _slice = slice;
        Path = path;
    }

    /// <summary>Gets where the item is in its record, for example <c>dynamodb.NewImage</c>.</summary>
    public string Path { get; }

    /// <summary>Gets DynamoDB's typed JSON as it was received.</summary>
    public ReadOnlyMemory<byte> Utf8Json => _bytes.Memory(_slice);

    /// <summary>Gets an attribute.</summary>
    /// <param name="name">The attribute's name, case-sensitive.</param>
    /// <exception cref="KeyNotFoundException">The item has no such attribute.</exception>
    /// <exception cref="RecordFormatException">The attribute is malformed.</exception>
    public AttributeValue this[string name] => TryGetValue(name, out var value)
        ? value
        : throw new KeyNotFoundException($"{Path} has no attribute '{name}'.");

    /// <summary>Looks for an attribute.</summary>
    /// <param name="name">The attribute's name, case-sensitive.</param>
    /// <param name="value">The attribute, or the default.</param>
    /// <returns>True when the item has the attribute.</returns>
    /// <exception cref="RecordFormatException">The attribute is malformed.</exception>
    public bool TryGetValue(string name, out AttributeValue value)
    {
        var reader = Open();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = JsonText.IsName(ref reader, name);
            reader.Read();
            if (wanted)
            {
                value = AttributeValue.Read(ref reader, _bytes, _slice.Start, Path, name);
                return true;
            }

            reader.Skip();
        }

        value = default;
        return false;
    }

    /// <summary>Tells whether the item has an attribute.</summary>
    /// <param name="name">The attribute's name, case-sensitive.</param>
    /// <returns>True when it has.</returns>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <summary>Gets the text of an <c>S</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The text.</returns>
    /// <exception cref="KeyNotFoundException">The item has no such attribute.</exception>
    /// <exception cref="RecordFormatException">The attribute has another type.</exception>
    public string GetString(string name) => this[name].AsString();

    /// <summary>Gets an <c>N</c> as 64-bit integer.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="KeyNotFoundException">The item has no such attribute.</exception>
    /// <exception cref="RecordFormatException">The attribute has another type or does not fit.</exception>
    public long GetInt64(string name) => this[name].AsInt64();

    /// <summary>Gets an <c>N</c> as decimal.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The number, exactly.</returns>
    /// <exception cref="KeyNotFoundException">The item has no such attribute.</exception>
    /// <exception cref="RecordFormatException">The attribute has another type or does not fit.</exception>
    public decimal GetDecimal(string name) => this[name].AsDecimal();

    /// <summary>Gets an <c>N</c> as double.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The nearest double.</returns>
    /// <exception cref="KeyNotFoundException">The item has no such attribute.</exception>
    /// <exception cref="RecordFormatException">The attribute has another type.</exception>
    public double GetDouble(string name) => this[name].AsDouble();

    /// <summary>Gets a <c>BOOL</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>True or false.</returns>
    /// <exception cref="KeyNotFoundException">The item has no such attribute.</exception>
    /// <exception cref="RecordFormatException">The attribute has another type.</exception>
    public bool GetBoolean(string name) => this[name].AsBoolean();

    /// <summary>Gets the bytes of a <c>B</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The bytes, decoded.</returns>
    /// <exception cref="KeyNotFoundException">The item has no such attribute.</exception>
    /// <exception cref="RecordFormatException">The attribute has another type.</exception>
    public byte[] GetBytes(string name) => this[name].AsBytes();

    /// <summary>Writes the item as plain JSON: numbers with their exact digits, bytes as base64, sets as lists.</summary>
    /// <param name="writer">Where to write.</param>
    /// <exception cref="RecordFormatException">An attribute is malformed. What was written before it stays written.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        PlainJson.Write(writer, this);
    }

    /// <summary>Gives the attributes in the order in which they were received.</summary>
    /// <returns>Names and values.</returns>
    public IEnumerator<KeyValuePair<string, AttributeValue>> GetEnumerator() => Attributes().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Gives the item as plain JSON, for logs and debuggers.</summary>
    /// <returns>One line of JSON.</returns>
    public override string ToString()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            PlainJson.Write(writer, this);
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private List<KeyValuePair<string, AttributeValue>> Attributes()
    {
        var attributes = new List<KeyValuePair<string, AttributeValue>>();
        var reader = Open();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Decode(ref reader, out var error) ?? throw new RecordFormatException("the name of an attribute is not valid text", Path, error);
            reader.Read();
            attributes.Add(new(name, AttributeValue.Read(ref reader, _bytes, _slice.Start, Path, name)));
        }

        return attributes;
    }

    private Utf8JsonReader Open()
    {
        var reader = RecordIndex.NewReader(_bytes.Span(_slice));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new RecordFormatException("an object with attributes is expected", Path);
        return reader;
    }
}
