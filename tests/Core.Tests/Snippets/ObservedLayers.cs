using StreamWorker.Batches;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Snippets;

internal static class ObservedLayers
{
    public static ConsumerBuilder Add(ConsumerBuilder consumer) => consumer
        .UseLoggingScope()
        .UseTracing();
}
