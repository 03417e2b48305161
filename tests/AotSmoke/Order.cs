using System.Text.Json.Serialization;

namespace StreamWorker.AotSmoke;

internal sealed record Address(string City, string Zip);

internal sealed record Line(string Sku, decimal Price);

internal sealed record Order(string Id, string Status, decimal Total, Address Address, IReadOnlyList<Line> Lines, HashSet<string> Tags);

internal sealed record Totals(int Orders = 0, decimal Sum = 0);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Totals))]
internal sealed partial class OrderJson : JsonSerializerContext;
