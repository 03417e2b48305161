using System.Text.Json.Serialization;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Management;

/// <summary>How health and status are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(WorkerStatus))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(ResumeBody))]
[JsonSerializable(typeof(ResetBody))]
[JsonSerializable(typeof(Refusal))]
[JsonSerializable(typeof(OperationStatus))]
[JsonSerializable(typeof(IReadOnlyList<StreamReset>))]
internal sealed partial class ManagementJson : JsonSerializerContext;
