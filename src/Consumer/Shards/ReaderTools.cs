namespace StreamWorker.Consumer.Shards;

/// <summary>Time, randomness, settings, the share of what the process may use, and what its readers share, for readers.</summary>
internal sealed record ReaderTools(TimeProvider Time, Entropy Entropy, TimeSpan MaximumPollInterval, ReadBudget Budget, SharedReads Reads);
