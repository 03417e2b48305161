using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Testing.Tests.Harness;

public sealed class CreationTests
{
    [Fact]
    public void Consumer_without_handler_is_refused() =>
        Assert.Equal(
            "Consumer 'consumer' has no handler: call Handle, HandleBatch or Process.",
            Assert.Throws<InvalidOperationException>(() => StreamHarness.Create(_ => { })).Message);

    [Fact]
    public void Handler_that_cannot_be_made_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => StreamHarness.Create(consumer => consumer.Handle<NeedyHandler>()));
        Assert.StartsWith("Consumer 'consumer': NeedyHandler cannot be made: Unable to resolve service for type 'System.Text.StringBuilder'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_out_of_their_range_are_refused()
    {
        Assert.Equal(
            "StreamWorker:Consumers:consumer:BatchSize = '0': must be between 1 and 10000.",
            Assert.Throws<OptionsValidationException>(() => StreamHarness.Create(consumer => consumer.Configure(options => options.BatchSize = 0).Handle((_, _, _) => default))).Message);
        var both = Assert.Throws<AggregateException>(() => StreamHarness.Create(
            consumer => consumer.Configure(options => options.BatchSize = 0).Handle((_, _, _) => default),
            services => services.Configure<StreamWorkerOptions>(options => options.LeaseDuration = TimeSpan.Zero)));
        Assert.All(both.InnerExceptions, error => Assert.IsType<OptionsValidationException>(error));
        Assert.Equal(2, both.InnerExceptions.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamHarness.Create(Orders.Nothing, options: new() { MaximumAttempts = 0 }));
    }

    [Theory]
    [InlineData(null, null, "Table")]
    [InlineData("Orders", null, "Orders")]
    [InlineData(null, "arn:aws:dynamodb:eu-central-1:123456789012:table/Invoices/stream/2026-01-01T00:00:00.000", "Invoices")]
    public async Task Table_is_the_one_that_the_consumer_names(string? tableName, string? streamArn, string expected)
    {
        await using var harness = StreamHarness.Create(
            consumer => consumer.Configure(options => (options.TableName, options.StreamArn) = (tableName, streamArn)).Handle((_, _, _) => default),
            options: new() { ConsumerName = "search", Table = new() { PartitionKey = "customer", SortKey = "order", Shards = 2, View = StreamView.KeysOnly } });
        Assert.Equal((expected, 2), (harness.Table.Name, harness.Table.Shards.Count));
        harness.Table.Put(new TestItem().With("customer", "c-1").With("order", 7));
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Null(Assert.Single(harness.Handled).Record.NewImage);
        Assert.Equal("search", harness.Leases.Leases[0].Scope.Consumer);
    }

    [Fact]
    public async Task Handlers_get_the_clock_of_the_harness_whatever_was_registered()
    {
        var start = new DateTimeOffset(2030, 5, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset? seen = null;
        await using var harness = StreamHarness.Create(
            consumer => consumer.Handle((_, context, _) =>
            {
                seen = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
                return default;
            }),
            services => services.AddSingleton(TimeProvider.System),
            new() { StartTime = start });
        Assert.Equal(start, harness.Time.GetUtcNow());
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.InRange(seen!.Value, start, start.AddSeconds(1));
        Assert.Equal(start, harness.Table.Records[0].CreatedAt);
    }

    private sealed class NeedyHandler(System.Text.StringBuilder missing) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken) => throw new InvalidOperationException($"{missing}");
    }
}
