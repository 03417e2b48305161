namespace StreamWorker.Consumer.Hosting;

/// <summary>What a worker is doing, at one moment.</summary>
/// <param name="Application">The application.</param>
/// <param name="WorkerId">The worker's name.</param>
/// <param name="Incarnation">The random part of the worker's identity in the lease table; null before the first heartbeat.</param>
/// <param name="HoldsLeases">Whether the last heartbeat is recent enough for the worker's leases to be valid.</param>
/// <param name="Time">The moment, by the worker's clock.</param>
/// <param name="Consumers">The consumers.</param>
public sealed record WorkerStatus(
    string Application,
    string WorkerId,
    string? Incarnation,
    bool HoldsLeases,
    DateTimeOffset Time,
    IReadOnlyList<ConsumerStatus> Consumers);
