using StreamWorker.Batches;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Snippets;

internal static class TimeoutLayers
{
    public static ConsumerBuilder Add(ConsumerBuilder consumer) => consumer
        .UseBatchTimeout(TimeSpan.FromMinutes(2))
        .UseTimeout(TimeSpan.FromSeconds(10));
}
