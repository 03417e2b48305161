using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Testing.Tests.Snippets;

public sealed class WholeWorkerTests
{
    [Fact]
    public async Task Order_is_indexed_again_after_a_failure()
    {
        var orders = new InMemoryStreams(TimeProvider.System);
        var table = orders.CreateTable("Orders");
        table.Put(new TestItem().With("id", "o-1").With("total", 12.5m));
        var index = new FlakyIndex(failures: 1);

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddSingleton(index).AddInMemoryStreams(orders);
        builder.Services.AddStreamWorkerConsumers(worker => worker
            .AddConsumer("search", consumer => consumer
                .FromTable("Orders")
                .Configure(options => options.RetryDelay = TimeSpan.FromMilliseconds(10))
                .Handle<IndexOrder>()));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        table.Update(new TestItem().With("id", "o-1").With("total", 13m));
        Assert.Equal(("o-1", 12.5m), await index.NextAsync());
        table.RollShard();
        table.Update(new TestItem().With("id", "o-1").With("total", 14m));
        Assert.Equal(("o-1", 13m), await index.NextAsync());
        Assert.Equal(("o-1", 14m), await index.NextAsync());

        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, orders.OpenPages);
    }

    private sealed class IndexOrder(FlakyIndex index) : IRecordHandler
    {
        public async ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken) =>
            await index.WriteAsync(record.Keys.GetString("id"), record.NewImage!.GetDecimal("total"), cancellationToken);
    }

    private sealed class FlakyIndex(int failures)
    {
        private readonly Channel<(string Id, decimal Total)> _written = Channel.CreateUnbounded<(string, decimal)>();
        private int _failures = failures;

        public ValueTask WriteAsync(string id, decimal total, CancellationToken cancellationToken) =>
            _failures-- > 0 ? throw new IOException("The index is down.") : _written.Writer.WriteAsync((id, total), cancellationToken);

        public async Task<(string Id, decimal Total)> NextAsync() =>
            await _written.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }
}
