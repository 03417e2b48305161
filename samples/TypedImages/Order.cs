using System.Text.Json.Serialization;

namespace StreamWorker.Samples.TypedImages;

/// <summary>An order, as far as this program is interested in it. Other attributes of the item are left aside.</summary>
internal sealed record Order(string Id, string Status, decimal Total);

/// <summary>The code that reads an order. It is generated, so that it works without reflection and in Native AOT.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
