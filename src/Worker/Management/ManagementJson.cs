using System.Text.Json.Serialization;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Management;

/// <summary>How health and status are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(WorkerStatus))]
internal sealed partial class ManagementJson : JsonSerializerContext;
