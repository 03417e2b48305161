using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamWorker.Bench.Event;

internal sealed record Address(string Street, string Zip, string City, string Country);

internal sealed record Line(string Sku, int Count, decimal Price);

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
[JsonSerializable(typeof(EventObject))]
internal sealed partial class OrderJson : JsonSerializerContext;
