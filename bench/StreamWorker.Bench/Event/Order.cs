using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamWorker.Bench.Event;

internal sealed record Address(string Street, string Zip, string City, string Country);

internal sealed record Line(string Sku, int Count, decimal Price);

/// <summary>An order with properties that are set one by one.</summary>
internal sealed class OrderProperties
{
    public string Id { get; set; } = "";

    public string Customer { get; set; } = "";

    public int Version { get; set; }

    public string Status { get; set; } = "";

    public decimal Total { get; set; }

    public bool Paid { get; set; }

    public string? Coupon { get; set; }

    public List<string> Tags { get; set; } = [];

    public List<decimal> Sizes { get; set; } = [];

    public byte[] Receipt { get; set; } = [];

    public AddressProperties? Address { get; set; }

    public List<LineProperties> Lines { get; set; } = [];

    public string Note { get; set; } = "";
}

internal sealed class AddressProperties
{
    public string Street { get; set; } = "";

    public string Zip { get; set; } = "";

    public string City { get; set; } = "";

    public string Country { get; set; } = "";
}

internal sealed class LineProperties
{
    public string Sku { get; set; } = "";

    public int Count { get; set; }

    public decimal Price { get; set; }
}

/// <summary>An order whose constructor takes everything.</summary>
internal sealed record Order(
    string Id, string Customer, int Version, string Status, decimal Total, bool Paid, string? Coupon, List<string> Tags, List<decimal> Sizes, byte[] Receipt, Address Address, List<Line> Lines, string Note);

/// <summary>An event as objects, as a program without a library of records would read it.</summary>
internal sealed record EventObject([property: JsonPropertyName("Records")] List<RecordObject> Records);

internal sealed record RecordObject(string EventName, ChangeObject Dynamodb);

internal sealed record ChangeObject(
    [property: JsonPropertyName("Keys")] Dictionary<string, Dictionary<string, JsonElement>> Keys,
    [property: JsonPropertyName("NewImage")] Dictionary<string, Dictionary<string, JsonElement>>? NewImage,
    [property: JsonPropertyName("OldImage")] Dictionary<string, Dictionary<string, JsonElement>>? OldImage,
    [property: JsonPropertyName("SequenceNumber")] string SequenceNumber);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(OrderProperties))]
[JsonSerializable(typeof(EventObject))]
internal sealed partial class OrderJson : JsonSerializerContext;
