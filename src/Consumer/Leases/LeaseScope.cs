namespace StreamWorker.Consumer.Leases;

/// <summary>What a set of leases is for: one consumer of one stream in one application.</summary>
/// <param name="Application">The application: the namespace in the lease table.</param>
/// <param name="Consumer">The consumer's name.</param>
/// <param name="Stream">The stream.</param>
public readonly record struct LeaseScope(string Application, string Consumer, StreamArn Stream);
