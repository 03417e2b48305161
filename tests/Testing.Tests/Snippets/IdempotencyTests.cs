using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Consumer.Shards;
using StreamWorker.Middleware;
using StreamWorker.Steps;

namespace StreamWorker.Testing.Tests.Snippets;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task Order_is_charged_once_whatever_comes_twice()
    {
        var streams = new InMemoryStreams(TimeProvider.System);
        var table = streams.CreateTable("Orders");
        table.Put(new TestItem().With("id", "o-1"));
        table.Put(new TestItem().With("id", "o-2"));

        var charged = new List<string>();
        var services = new ServiceCollection().AddSingleton<IStepJournal>(new InMemoryStepJournal(TimeProvider.System));
        new ConsumerBuilder("charges", services)
            .UseIdempotency()
            .Handle((record, context, cancellationToken) =>
            {
                charged.Add(record.Keys.GetString("id"));
                return ValueTask.CompletedTask;
            });
        await using var provider = services.BuildServiceProvider();
        var consumer = provider.GetRequiredKeyedService<IBatchProcessor>("charges");

        var cancellation = TestContext.Current.CancellationToken;
        var iterator = await streams.GetShardIteratorAsync(table.StreamArn, table.Shards[0].Id, IteratorStart.TrimHorizon, cancellation);
        using var page = await streams.GetRecordsAsync(table.StreamArn, iterator, null, cancellation);
        await consumer.ProcessAsync(page.Records, new BatchContext { Consumer = "charges" }, cancellation);
        await consumer.ProcessAsync(page.Records, new BatchContext { Consumer = "charges" }, cancellation);

        Assert.Equal(["o-1", "o-2"], charged);
    }
}
