using StreamWorker.Batches;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Snippets;

internal static class RetryLayer
{
    public static ConsumerBuilder Add(ConsumerBuilder consumer) => consumer.UseRetry(retry =>
    {
        retry.MaxRetries = 5;
        retry.Delay = TimeSpan.FromMilliseconds(100);
        retry.MaxDelay = TimeSpan.FromSeconds(2);
        retry.ShouldRetry = error => error is HttpRequestException;
    });
}
