using System.Globalization;
using System.Text.Json.Nodes;

namespace StreamWorker.Testing;

/// <summary>Builds an item, or the keys of one, attribute by attribute.</summary>
/// <remarks>An attribute that is set twice has the later value. Not safe for use by several threads.</remarks>
/// <example><c>new TestItem().With("id", "o-1").With("total", 12.5m).With("tags", new TestItem().With("gift", true))</c></example>
public sealed class TestItem
{
    private readonly JsonObject _attributes = [];

    /// <summary>Sets an <c>S</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="text">The text.</param>
    /// <returns>This item.</returns>
    public TestItem With(string name, string text) => Set(name, "S", text);

    /// <summary>Sets an <c>N</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="number">The number.</param>
    /// <returns>This item.</returns>
    public TestItem With(string name, decimal number) => WithNumber(name, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a <c>BOOL</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">True or false.</param>
    /// <returns>This item.</returns>
    public TestItem With(string name, bool value) => Set(name, "BOOL", value);

    /// <summary>Sets a <c>B</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>This item.</returns>
    public TestItem With(string name, byte[] bytes) => Set(name, "B", Convert.ToBase64String(bytes));

    /// <summary>Sets an <c>M</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="map">The named values; they are copied.</param>
    /// <returns>This item.</returns>
    public TestItem With(string name, TestItem map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Set(name, "M", map._attributes.DeepClone());
    }

    /// <summary>Sets an <c>N</c> that no .NET number holds: up to 38 digits.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="digits">The number as text.</param>
    /// <returns>This item.</returns>
    public TestItem WithNumber(string name, string digits) => WithTyped(name, TypedJson.Write(new JsonObject { ["N"] = digits }));

    /// <summary>Sets a <c>NULL</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <returns>This item.</returns>
    public TestItem WithNull(string name) => Set(name, "NULL", true);

    /// <summary>Sets an <c>SS</c>.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="texts">The texts, at least one, all different.</param>
    /// <returns>This item.</returns>
    public TestItem WithStringSet(string name, params string[] texts) =>
        WithTyped(name, TypedJson.Write(new JsonObject { ["SS"] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]) }));

    /// <summary>Sets any attribute from DynamoDB's typed JSON.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="typedJson">The typed value, for example <c>{"L":[{"S":"a"},{"N":"1"}]}</c>.</param>
    /// <returns>This item.</returns>
    /// <exception cref="ArgumentException">The text is not a typed value.</exception>
    public TestItem WithTyped(string name, string typedJson)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(typedJson);
        _attributes[name] = TypedJson.ParseValue(typedJson);
        return this;
    }

    /// <summary>Gives the item as DynamoDB's typed JSON.</summary>
    /// <returns>One line of JSON.</returns>
    public override string ToString() => TypedJson.Write(_attributes);

    private TestItem Set(string name, string type, JsonNode value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _attributes[name] = new JsonObject { [type] = value };
        return this;
    }
}
