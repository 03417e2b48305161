using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Shards;

/// <summary>The service does not know the shard that is being read.</summary>
internal sealed class ShardVanishedException(string message, Exception? innerException) : StreamWorkerException(message, innerException);
