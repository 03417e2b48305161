using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing.Tests.Snippets;

public sealed class HandlerTests
{
    [Fact]
    public async Task Batch_stops_at_the_order_without_total()
    {
        var streams = new InMemoryStreams(TimeProvider.System);
        var table = streams.CreateTable("Orders");
        table.Put(new TestItem().With("id", "o-1").With("total", 12.5m));
        table.Put(new TestItem().With("id", "o-2"));
        table.Put(new TestItem().With("id", "o-3").With("total", 1m));

        var services = new ServiceCollection();
        var totals = new List<decimal>();
        new ConsumerBuilder("totals", services).Handle((record, context, cancellationToken) =>
        {
            totals.Add(record.NewImage!.GetDecimal("total"));
            return ValueTask.CompletedTask;
        });
        await using var provider = services.BuildServiceProvider();
        var consumer = provider.GetRequiredKeyedService<IBatchProcessor>("totals");

        var cancellation = TestContext.Current.CancellationToken;
        var iterator = await streams.GetShardIteratorAsync(table.StreamArn, table.Shards[0].Id, IteratorStart.TrimHorizon, cancellation);
        using var page = await streams.GetRecordsAsync(table.StreamArn, iterator, null, cancellation);
        var result = await consumer.ProcessAsync(page.Records, new BatchContext { Consumer = "totals" }, cancellation);

        Assert.Equal([12.5m], totals);
        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(1, result.CountFinished(page.Records));
    }
}
