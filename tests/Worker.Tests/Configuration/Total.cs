using System.Text.Json.Serialization;

namespace StreamWorker.Worker.Tests.Configuration;

internal sealed record Total(int Count = 0);

[JsonSerializable(typeof(Total))]
internal sealed partial class TotalJson : JsonSerializerContext;
