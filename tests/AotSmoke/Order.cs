using System.Text.Json.Serialization;

namespace StreamWorker.AotSmoke;

internal sealed record Address(string City, string Zip);

internal sealed record Line(string Sku, decimal Price);

internal sealed record Order(string Id, string Status, decimal Total, Address Address, IReadOnlyList<Line> Lines, HashSet<string> Tags);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
