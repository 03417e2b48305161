namespace StreamWorker.Bench.Backlog;

/// <summary>The backlog that is drained.</summary>
internal sealed record Subject(Uri Endpoint, StreamArn Stream, int Records, bool LeasesInMemory);
