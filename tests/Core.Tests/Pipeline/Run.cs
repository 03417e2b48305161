using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Pipeline;

/// <summary>Takes a batch through a consumer, from registration to disposal.</summary>
internal static class Run
{
    public static readonly StreamRecord[] OneRecord = [Records.Numbered("1")];

    public static readonly StreamRecord[] ThreeRecords = [Records.Numbered("1"), Records.Numbered("2"), Records.Numbered("3")];

    /// <param name="started">Called when the consumer is built, and what it checks at start has been made and disposed of.</param>
    public static async Task<BatchResult> ConsumerAsync(
        Action<ConsumerBuilder> configure,
        IReadOnlyList<StreamRecord>? batch = null,
        BatchContext? context = null,
        Action? started = null,
        CancellationToken cancellationToken = default)
    {
        var services = new ServiceCollection();
        configure(new ConsumerBuilder("search", services));
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var processor = provider.GetRequiredKeyedService<IBatchProcessor>("search");
        started?.Invoke();
        return await processor.ProcessAsync(batch ?? OneRecord, context ?? new BatchContext { Consumer = "search" }, cancellationToken);
    }
}
