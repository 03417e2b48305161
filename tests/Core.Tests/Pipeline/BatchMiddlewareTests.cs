using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Pipeline;

public sealed class BatchMiddlewareTests
{
    private readonly List<string> _log = [];

    private Task<BatchResult> ProcessAsync(Action<ConsumerBuilder> configure) => Run.ConsumerAsync(
        consumer =>
        {
            consumer.Services.AddSingleton(_log);
            configure(consumer);
        },
        Run.ThreeRecords,
        started: _log.Clear);

    private Func<IReadOnlyList<StreamRecord>, BatchContext, BatchDelegate, CancellationToken, ValueTask<BatchResult>> Layer(string name) =>
        async (records, context, next, cancellationToken) =>
        {
            _log.Add($"{name} before {records.Count}");
            try
            {
                var result = await next(records, context, cancellationToken);
                _log.Add($"{name} after {result.Outcome}");
                return result;
            }
            catch (IOException)
            {
                _log.Add($"{name} error");
                throw;
            }
        };

    private static Func<IReadOnlyList<StreamRecord>, BatchContext, BatchDelegate, CancellationToken, ValueTask<BatchResult>> Answer(Func<IReadOnlyList<StreamRecord>, BatchResult> answer) =>
        (records, _, _, _) => new(answer(records));

    private ValueTask Note(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        _log.Add($"handler {record.SequenceNumber}");
        return default;
    }

    [Fact]
    public async Task C1_layers_run_around_the_whole_batch_in_the_order_in_which_they_were_added_the_first_one_outermost()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch(Layer("outer")).UseBatch<NotingLayer>().UseBatch(_ => new NotingLayer(_log)).UseBatch(Layer("inner")).Handle(Note));

        Assert.Equal(
            ["outer before 3", "noting", "noting", "inner before 3", "handler 1", "handler 2", "handler 3", "inner after Succeeded", "noted", "noted", "outer after Succeeded"],
            _log);
        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task C1_layers_of_batches_are_around_layers_of_records_whatever_the_order_of_adding()
    {
        await ProcessAsync(consumer => consumer
            .Use(async (record, context, next, cancellationToken) =>
            {
                _log.Add("record before");
                await next(record, context, cancellationToken);
            })
            .Handle((_, _, _) => default)
            .UseBatch(Layer("batch")));

        Assert.Equal(["batch before 3", "record before", "record before", "record before", "batch after Succeeded"], _log);
    }

    [Fact]
    public async Task C1_layers_run_around_a_handler_of_batches_in_the_same_scope()
    {
        await ProcessAsync(consumer => consumer.UseBatch<ScopedLayer>().HandleBatch<ScopedHandler>().Services.AddScoped<Resource>());

        Assert.Equal(["made", "layer", "handler", "disposed"], _log);
    }

    [Fact]
    public async Task C1_layers_run_around_a_processor_of_the_users_own()
    {
        await ProcessAsync(consumer => consumer.UseBatch(Layer("outer")).Process(_ => new FixedProcessor(BatchResult.NotInvoked(new IOException()))));

        Assert.Equal(["outer before 3", "outer after NotInvoked"], _log);
    }

    [Fact]
    public async Task C4_layer_that_does_not_call_the_next_answers_for_the_batch()
    {
        var result = await ProcessAsync(consumer => consumer
            .UseBatch(Layer("outer"))
            .UseBatch(Answer(records => BatchResult.PartlyFailed([BatchItemFailure.Of(records[1])])))
            .Handle(Note));

        Assert.Equal(["outer before 3", "outer after PartlyFailed"], _log);
        Assert.Equal("2", Assert.Single(result.Failures).ItemIdentifier);
    }

    [Fact]
    public async Task C4_layer_that_answers_for_records_that_are_not_of_the_batch_fails_the_whole_batch_and_says_which()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch(Answer(_ => BatchResult.PartlyFailed([new BatchItemFailure("2"), new BatchItemFailure("77")]))).Handle(Note));

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains("'77'", Assert.IsType<RecordHandlerException>(result.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C4_layer_that_names_no_record_at_all_is_heard()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch(Answer(_ => BatchResult.PartlyFailed([new BatchItemFailure(null)]))).Handle(Note));

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(0, result.CountFinished(Run.ThreeRecords));
    }

    [Fact]
    public async Task C4_layer_that_gives_no_result_fails_the_whole_batch()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch(Answer(_ => null!)).Handle(Note));

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains("search", Assert.IsType<RecordHandlerException>(result.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C6_failure_of_the_handler_reaches_every_layer_as_a_result()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer
            .UseBatch(Layer("outer"))
            .UseBatch(Layer("inner"))
            .Handle((record, _, _) => record.SequenceNumber == SequenceNumber.Parse("2") ? throw error : default(ValueTask)));

        Assert.Equal(["outer before 3", "inner before 3", "inner after PartlyFailed", "outer after PartlyFailed"], _log);
        Assert.Same(error, Assert.Single(result.Failures).Error);
    }

    [Fact]
    public async Task C6_error_of_a_handler_of_batches_reaches_every_layer_as_a_result()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch(Layer("outer")).HandleBatch<FailingHandler>());

        Assert.Equal(["outer before 3", "outer after Failed"], _log);
        Assert.IsType<IOException>(result.Error);
    }

    [Fact]
    public async Task C6_error_of_a_layer_passes_out_through_every_layer_and_fails_the_whole_batch()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer.UseBatch(Layer("outer")).UseBatch(Layer("inner")).UseBatch((_, _, _, _) => throw error).Handle(Note));

        Assert.Equal(["outer before 3", "inner before 3", "inner error", "outer error"], _log);
        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Same(error, result.Error);
    }

    [Fact]
    public async Task C6_error_of_a_layer_behind_its_handler_fails_the_whole_batch()
    {
        var result = await ProcessAsync(consumer => consumer
            .UseBatch(async (records, context, next, cancellationToken) =>
            {
                await next(records, context, cancellationToken);
                throw new IOException();
            })
            .Handle(Note));

        Assert.Equal(["handler 1", "handler 2", "handler 3"], _log);
        Assert.Equal(BatchOutcome.Failed, result.Outcome);
    }

    [Fact]
    public async Task C7_layer_may_handle_the_error_of_an_inner_one()
    {
        var result = await ProcessAsync(consumer => consumer
            .UseBatch(async (records, context, next, cancellationToken) =>
            {
                try
                {
                    return await next(records, context, cancellationToken);
                }
                catch (IOException e)
                {
                    return BatchResult.NotInvoked(e);
                }
            })
            .UseBatch((_, _, _, _) => throw new IOException())
            .Handle(Note));

        Assert.Equal(BatchOutcome.NotInvoked, result.Outcome);
    }

    [Fact]
    public async Task C13_scope_of_the_batch_is_disposed_of_once_when_the_outermost_layer_has_ended()
    {
        await ProcessAsync(consumer => consumer
            .UseBatch(Layer("outer"))
            .UseBatch<ScopedLayer>()
            .Handle(Note)
            .Services.AddScoped<Resource>());

        Assert.Equal(["outer before 3", "made", "layer", "handler 1", "handler 2", "handler 3", "outer after Succeeded", "disposed"], _log);
    }

    [Fact]
    public async Task C13_layers_are_disposed_of_in_reverse_order_when_one_of_them_fails()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch<DisposableOuter>().UseBatch<DisposableInner>().Handle(Note));

        Assert.Equal(["disposed inner", "disposed outer"], _log);
        Assert.IsType<IOException>(result.Error);
    }

    [Fact]
    public async Task C13_error_of_the_disposal_fails_a_batch_that_was_handled()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch<BrokenLayer>().Handle(Note));

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Equal("disposal", result.Error!.Message);
    }

    [Fact]
    public async Task C13_error_of_the_handler_is_not_hidden_by_an_error_of_the_disposal()
    {
        var result = await ProcessAsync(consumer => consumer.UseBatch<BrokenLayer>().Handle((_, _, _) => throw new IOException("handler")));

        Assert.Equal("handler", Assert.Single(result.Failures).Error!.Message);
    }

    [Fact]
    public void C14_layer_that_cannot_be_made_is_a_fault_at_start_that_names_consumer_and_reason()
    {
        var byClass = Assert.Throws<InvalidOperationException>(() => Build(consumer => consumer.UseBatch<ScopedLayer>()));
        Assert.Contains("search", byClass.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ScopedLayer), byClass.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Resource), byClass.Message, StringComparison.Ordinal);

        var byFunction = Assert.Throws<InvalidOperationException>(() => Build(consumer => consumer.UseBatch(IBatchMiddleware (_) => throw new IOException("no disk"))));
        Assert.Contains("search", byFunction.Message, StringComparison.Ordinal);
        Assert.Contains("no disk", byFunction.Message, StringComparison.Ordinal);

        Assert.Contains("search", Assert.Throws<InvalidOperationException>(() => Build(consumer => consumer.UseBatch(_ => null!))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layer_of_a_function_of_services_is_made_once_for_all_batches()
    {
        var made = 0;
        var services = new ServiceCollection();
        new ConsumerBuilder("search", services)
            .UseBatch(_ =>
            {
                made++;
                return new NotingLayer(_log);
            })
            .Handle(Note);
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var processor = provider.GetRequiredKeyedService<IBatchProcessor>("search");

        await processor.ProcessAsync(Run.OneRecord, new BatchContext { Consumer = "search" }, TestContext.Current.CancellationToken);
        await processor.ProcessAsync(Run.OneRecord, new BatchContext { Consumer = "search" }, TestContext.Current.CancellationToken);

        Assert.Equal(1, made);
        Assert.Equal(["noting", "handler 1", "noted", "noting", "handler 1", "noted"], _log);
    }

    private static void Build(Action<ConsumerBuilder> configure)
    {
        var services = new ServiceCollection().AddSingleton(new List<string>());
        var consumer = new ConsumerBuilder("search", services).Handle((_, _, _) => default);
        configure(consumer);
        using var provider = services.BuildServiceProvider(validateScopes: true);
        provider.GetRequiredKeyedService<IBatchProcessor>("search");
    }

    private sealed class NotingLayer(List<string> log) : IBatchMiddleware
    {
        public async ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
        {
            log.Add("noting");
            var result = await next(records, context, cancellationToken);
            log.Add("noted");
            return result;
        }
    }

    private sealed class Resource : IAsyncDisposable
    {
        private readonly List<string> _log;

        public Resource(List<string> log)
        {
            _log = log;
            log.Add("made");
        }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            _log.Add("disposed");
        }
    }

    private sealed class ScopedLayer(Resource resource, List<string> log) : IBatchMiddleware
    {
        public ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
        {
            Assert.NotNull(resource);
            log.Add("layer");
            return next(records, context, cancellationToken);
        }
    }

    private sealed class ScopedHandler(Resource resource, List<string> log) : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
        {
            Assert.NotNull(resource);
            log.Add("handler");
            return new([]);
        }
    }

    private sealed class FailingHandler : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) => throw new IOException();
    }

    private sealed class FixedProcessor(BatchResult result) : IBatchProcessor
    {
        public ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) => new(result);
    }

    private sealed class DisposableOuter(List<string> log) : IBatchMiddleware, IDisposable
    {
        public ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken) => next(records, context, cancellationToken);

        public void Dispose() => log.Add("disposed outer");
    }

    private sealed class DisposableInner(List<string> log) : IBatchMiddleware, IDisposable
    {
        public ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken) =>
            throw new IOException();

        public void Dispose() => log.Add("disposed inner");
    }

    private sealed class BrokenLayer : IBatchMiddleware, IDisposable
    {
        private bool _used;

        public ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
        {
            _used = true;
            return next(records, context, cancellationToken);
        }

        public void Dispose()
        {
            if (_used)
                throw new InvalidOperationException("disposal");
        }
    }
}
