namespace StreamWorker.Consumer.Hosting;

/// <summary>A pause that is in force.</summary>
/// <param name="By">Who has paused the consumer.</param>
/// <param name="At">When, by the clock of whoever did it.</param>
/// <param name="KeepsLeases">Whether workers keep their leases meanwhile.</param>
public sealed record PauseStatus(string By, DateTimeOffset? At, bool KeepsLeases);
