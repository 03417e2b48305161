using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Snippets;

internal static class SideBySide
{
    public static ConsumerBuilder Add(ConsumerBuilder consumer) => consumer.ConfigureBatches(batches =>
    {
        batches.MaxConcurrency = 8;                   // Up to eight items at the same time; the records of one item never.
        batches.FailureMode = FailureMode.StopKey;    // The other items go on when a record fails.
        batches.ThrowWhenAllFailed = true;            // In Lambda: the invocation fails when nothing was handled.
    });
}
