namespace StreamWorker.Consumer.Hosting;

/// <summary>One of the things that a worker's health is made of.</summary>
/// <param name="Name">What was looked at, for example <c>heartbeat</c> or <c>consumer:search</c>.</param>
/// <param name="IsHealthy">Whether it is as it should be.</param>
/// <param name="Description">What was found.</param>
public sealed record HealthFinding(string Name, bool IsHealthy, string Description);
