using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Pipeline;

namespace StreamWorker.Core.Tests.Pipeline;

public sealed class MiddlewareTests
{
    private readonly List<string> _log = [];

    private Task<BatchResult> ProcessAsync(Action<ConsumerBuilder> configure, params StreamRecord[] batch) => Run.ConsumerAsync(
        consumer =>
        {
            consumer.Services.AddSingleton(_log);
            configure(consumer);
        },
        batch.Length > 0 ? batch : Run.OneRecord,
        started: _log.Clear);

    private Func<StreamRecord, RecordContext, RecordDelegate, CancellationToken, ValueTask> Layer(string name) => async (record, context, next, cancellationToken) =>
    {
        _log.Add($"{name} before");
        try
        {
            await next(record, context, cancellationToken);
            _log.Add($"{name} after");
        }
        catch (IOException)
        {
            _log.Add($"{name} error");
            throw;
        }
    };

    private ValueTask Note(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        _log.Add("handler");
        return default;
    }

    [Fact]
    public async Task C1_layers_run_in_the_order_in_which_they_were_added_the_first_one_outermost()
    {
        await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use<NotingLayer>().Use(Layer("inner")).Handle(Note));

        Assert.Equal(["outer before", "noting before", "inner before", "handler", "inner after", "noting after", "outer after"], _log);
    }

    [Fact]
    public async Task C1_layers_that_are_added_behind_the_handler_are_around_it_all_the_same()
    {
        await ProcessAsync(consumer => consumer.Handle(Note).Use(Layer("late")));

        Assert.Equal(["late before", "handler", "late after"], _log);
    }

    [Fact]
    public async Task C6_error_passes_out_through_every_layer_and_fails_the_record()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use(Layer("inner")).Handle((_, _, _) => throw error));

        Assert.Equal(["outer before", "inner before", "inner error", "outer error"], _log);
        Assert.Same(error, result.Error);
    }

    [Fact]
    public async Task C6_error_of_an_inner_layer_reaches_the_outer_ones_and_the_handler_does_not_run()
    {
        await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use((_, _, _, _) => throw new IOException()).Handle(Note));

        Assert.Equal(["outer before", "outer error"], _log);
    }

    [Fact]
    public async Task C4_layer_may_handle_the_record_itself()
    {
        var result = await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use((_, _, _, _) => default).Handle(Note));

        Assert.Equal(["outer before", "outer after"], _log);
        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task C7_layer_may_turn_an_error_into_success()
    {
        var result = await ProcessAsync(consumer => consumer
            .Use(async (record, context, next, cancellationToken) =>
            {
                try
                {
                    await next(record, context, cancellationToken);
                }
                catch (IOException)
                {
                    _log.Add("forgiven");
                }
            })
            .Handle((_, _, _) => throw new IOException()));

        Assert.Equal(["forgiven"], _log);
        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task C7_error_that_a_layer_has_handled_is_not_seen_by_those_around_it()
    {
        await ProcessAsync(consumer => consumer
            .Use(Layer("outer"))
            .Use(async (record, context, next, cancellationToken) =>
            {
                try
                {
                    await next(record, context, cancellationToken);
                }
                catch (IOException)
                {
                    _log.Add("forgiven");
                }
            })
            .Use(Layer("inner"))
            .Handle((_, _, _) => throw new IOException()));

        Assert.Equal(["outer before", "inner before", "inner error", "forgiven", "outer after"], _log);
    }

    [Fact]
    public async Task C8_layer_may_put_another_error_in_the_place_of_an_inner_one()
    {
        var cause = new InvalidOperationException();

        var result = await ProcessAsync(consumer => consumer
            .Use(Layer("outer"))
            .Use(async (record, context, next, cancellationToken) =>
            {
                try
                {
                    await next(record, context, cancellationToken);
                }
                catch (InvalidOperationException e)
                {
                    throw new IOException("translated", e);
                }
            })
            .Handle((_, _, _) => throw cause));

        Assert.Equal(["outer before", "outer error"], _log);
        Assert.Equal("translated", Assert.IsType<IOException>(result.Error).Message);
        Assert.Same(cause, result.Error.InnerException);
    }

    [Fact]
    public async Task C8_error_that_a_layer_throws_on_stays_the_same_error()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer.Use(Layer("outer")).Handle((_, _, _) => throw error));

        Assert.Same(error, result.Error);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task C13_layers_and_handler_are_disposed_of_in_reverse_order_once_when_the_outermost_layer_has_ended()
    {
        await ProcessAsync(consumer => consumer.Use(Layer("function")).Use<OuterResource>().Use<InnerResource>().Handle<ResourceHandler>());

        Assert.Equal(
            ["function before", "outer made", "inner made", "handler made", "handled", "function after", "handler disposed", "inner disposed", "outer disposed"],
            _log);
    }

    [Fact]
    public async Task C13_layers_are_disposed_of_in_the_same_way_when_the_handler_fails()
    {
        await ProcessAsync(consumer => consumer.Use(Layer("function")).Use<OuterResource>().Use<InnerResource>().Handle((_, _, _) => throw new IOException()));

        Assert.Equal(["function before", "outer made", "inner made", "function error", "inner disposed", "outer disposed"], _log);
    }

    [Fact]
    public async Task C13_layer_that_was_never_reached_is_neither_made_nor_disposed_of()
    {
        await ProcessAsync(consumer => consumer.Use<OuterResource>().Use((_, _, _, _) => default).Use<InnerResource>().Handle(Note));

        Assert.Equal(["outer made", "outer disposed"], _log);
    }

    [Fact]
    public void C14_layer_of_a_function_that_cannot_be_made_is_a_fault_at_start_that_names_consumer_and_reason()
    {
        var services = new ServiceCollection();
        new ConsumerBuilder("search", services).Use(IRecordMiddleware (_) => throw new IOException("no disk")).Handle(Note);
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<IBatchProcessor>("search"));

        Assert.Contains("search", error.Message, StringComparison.Ordinal);
        Assert.Contains("no disk", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layer_of_a_function_of_services_is_made_once_for_all_records()
    {
        var made = 0;

        await ProcessAsync(
            consumer => consumer
                .Use(provider =>
                {
                    made++;
                    return new NotingLayer(provider.GetRequiredService<List<string>>());
                })
                .Handle(Note),
            Run.ThreeRecords);

        Assert.Equal(1, made);
        Assert.Equal(9, _log.Count);
    }

    [Fact]
    public async Task Layer_may_pass_on_another_token()
    {
        using var own = new CancellationTokenSource();
        var seen = CancellationToken.None;

        await ProcessAsync(consumer => consumer
            .Use((record, context, next, _) => next(record, context, own.Token))
            .Handle((_, _, cancellationToken) =>
            {
                seen = cancellationToken;
                return default;
            }));

        Assert.Equal(own.Token, seen);
    }

    [Fact]
    public async Task Layer_and_handler_of_one_record_share_its_scope_and_records_do_not()
    {
        await ProcessAsync(
            consumer => consumer.Use<ScopedLayer>().Handle<ScopedHandler>().Services.AddScoped<ScopeProbe>(),
            Records.Numbered("1"),
            Records.Numbered("2"));

        Assert.Equal(4, _log.Count);
        Assert.Equal(_log[0], _log[1]);
        Assert.Equal(_log[2], _log[3]);
        Assert.NotEqual(_log[0], _log[2]);
    }

    private abstract class Resource : IAsyncDisposable
    {
        private readonly string _name;

        protected Resource(string name, List<string> log)
        {
            _name = name;
            Log = log;
            log.Add($"{name} made");
        }

        protected List<string> Log { get; }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            Log.Add($"{_name} disposed");
        }
    }

    private sealed class OuterResource(List<string> log) : Resource("outer", log), IRecordMiddleware
    {
        public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken) => next(record, context, cancellationToken);
    }

    private sealed class InnerResource(List<string> log) : Resource("inner", log), IRecordMiddleware
    {
        public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken) => next(record, context, cancellationToken);
    }

    private sealed class ResourceHandler(List<string> log) : Resource("handler", log), IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            Log.Add("handled");
            return default;
        }
    }

    private sealed class NotingLayer(List<string> log) : IRecordMiddleware
    {
        public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
        {
            log.Add("noting before");
            await next(record, context, cancellationToken);
            log.Add("noting after");
        }
    }

    private sealed class ScopeProbe
    {
        public string Name { get; } = Guid.NewGuid().ToString();
    }

    private sealed class ScopedLayer(ScopeProbe probe, List<string> log) : IRecordMiddleware
    {
        public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
        {
            log.Add(probe.Name);
            await next(record, context, cancellationToken);
        }
    }

    private sealed class ScopedHandler(ScopeProbe probe, List<string> log) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            log.Add(probe.Name);
            return default;
        }
    }
}
