using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Pipeline;

namespace StreamWorker.Core.Tests.Batches;

public sealed class ConsumerBuilderTests
{
    private readonly ServiceCollection _services = new();
    private readonly ConsumerBuilder _consumer;

    public ConsumerBuilderTests() => _consumer = new ConsumerBuilder("search", _services);

    private IBatchProcessor Build() => _services.BuildServiceProvider(validateScopes: true).GetRequiredKeyedService<IBatchProcessor>("search");

    [Fact]
    public void Consumer_has_exactly_one_handler()
    {
        Assert.False(_consumer.HasHandler);
        _consumer.Handle((_, _, _) => default);
        Assert.True(_consumer.HasHandler);

        Assert.Contains("search", Assert.Throws<InvalidOperationException>(() => _consumer.Handle((_, _, _) => default)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _consumer.Handle<GoodHandler>());
        Assert.Throws<InvalidOperationException>(() => _consumer.HandleBatch<GoodBatchHandler>());
        Assert.Throws<InvalidOperationException>(() => _consumer.Process(_ => throw new IOException()));
    }

    [Fact]
    public void Consumer_without_handler_cannot_be_made() =>
        Assert.Contains("search", Assert.Throws<InvalidOperationException>(Build).Message, StringComparison.Ordinal);

    [Fact]
    public void Handler_that_cannot_be_made_is_a_fault_at_start_that_names_consumer_handler_and_what_is_missing()
    {
        _consumer.Handle<NeedyHandler>();

        var error = Assert.Throws<InvalidOperationException>(Build);

        Assert.Contains("search", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(NeedyHandler), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Missing), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_handler_that_cannot_be_made_is_a_fault_at_start()
    {
        _consumer.HandleBatch<NeedyBatchHandler>();

        Assert.Contains(nameof(NeedyBatchHandler), Assert.Throws<InvalidOperationException>(Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_that_cannot_be_made_is_a_fault_at_start()
    {
        _consumer.Use<NeedyLayer>().Handle<GoodHandler>();

        Assert.Contains(nameof(NeedyLayer), Assert.Throws<InvalidOperationException>(Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Handler_whose_constructor_fails_is_a_fault_at_start_with_its_error()
    {
        _services.AddScoped<GoodHandler>(_ => throw new IOException("no disk"));
        _consumer.Handle<GoodHandler>();

        var error = Assert.Throws<InvalidOperationException>(Build);

        Assert.Contains("no disk", error.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(error.InnerException);
    }

    [Fact]
    public void Handler_that_is_registered_already_stays_as_it_is()
    {
        _services.AddSingleton<GoodHandler>();

        _consumer.Handle<GoodHandler>();

        Assert.Equal(ServiceLifetime.Singleton, Assert.Single(_services, service => service.ServiceType == typeof(GoodHandler)).Lifetime);
    }

    [Fact]
    public void Consumers_of_one_process_have_processors_of_their_own()
    {
        _consumer.Handle<GoodHandler>();
        new ConsumerBuilder("audit", _services).HandleBatch<GoodBatchHandler>();
        using var provider = _services.BuildServiceProvider();

        var search = provider.GetRequiredKeyedService<IBatchProcessor>("search");

        Assert.Same(search, provider.GetRequiredKeyedService<IBatchProcessor>("search"));
        Assert.NotSame(search, provider.GetRequiredKeyedService<IBatchProcessor>("audit"));
    }

    [Fact]
    public void Processor_of_the_users_own_is_used()
    {
        var processor = new OwnProcessor();

        _consumer.Process(_ => processor);

        Assert.Same(processor, Build());
    }

    [Fact]
    public void Layers_around_records_and_a_handler_of_batches_exclude_each_other()
    {
        _consumer.Use((record, context, next, cancellationToken) => next(record, context, cancellationToken));

        Assert.Contains("search", Assert.Throws<InvalidOperationException>(() => _consumer.HandleBatch<GoodBatchHandler>()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _consumer.Process(_ => new OwnProcessor()));
        _consumer.Handle<GoodHandler>();
    }

    [Fact]
    public void Layers_cannot_be_added_behind_a_handler_of_batches()
    {
        _consumer.HandleBatch<GoodBatchHandler>();

        Assert.Throws<InvalidOperationException>(() => _consumer.Use<NeedyLayer>());
        Assert.Throws<InvalidOperationException>(() => _consumer.Use((record, context, next, cancellationToken) => next(record, context, cancellationToken)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Consumer_has_a_name(string name) => Assert.Throws<ArgumentException>(() => new ConsumerBuilder(name, _services));

    private sealed class Missing;

    private sealed class GoodHandler : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken) => default;
    }

    private sealed class GoodBatchHandler : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) => new([]);
    }

    private sealed class NeedyHandler(Missing missing) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken) => throw new InvalidOperationException(missing.GetType().Name);
    }

    private sealed class NeedyBatchHandler(Missing missing) : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException(missing.GetType().Name);
    }

    private sealed class NeedyLayer(Missing missing) : IRecordMiddleware
    {
        public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken) =>
            throw new InvalidOperationException(missing.GetType().Name);
    }

    private sealed class OwnProcessor : IBatchProcessor
    {
        public ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) => new(BatchResult.Succeeded);
    }
}
