using StreamWorker.Batches;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Snippets;

internal static class FilterLayer
{
    public static ConsumerBuilder Add(ConsumerBuilder consumer) => consumer.UseFilter(record => !record.IsTimeToLiveDelete);
}
