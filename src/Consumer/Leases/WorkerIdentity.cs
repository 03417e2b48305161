namespace StreamWorker.Consumer.Leases;

/// <summary>A worker process.</summary>
/// <param name="WorkerId">The worker's name, for people; a restarted process may have the same.</param>
/// <param name="Incarnation">A random text, new with every start and with every loss of all leases: a restarted process is a different owner.</param>
public sealed record WorkerIdentity(string WorkerId, string Incarnation);
