using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Pipeline;

namespace StreamWorker.Core.Tests.Pipeline;

public sealed class MiddlewareTests
{
    private readonly List<string> _log = [];

    private async Task<BatchResult> ProcessAsync(Action<ConsumerBuilder> configure, params StreamRecord[] batch)
    {
        var services = new ServiceCollection().AddSingleton(_log);
        configure(new ConsumerBuilder("search", services));
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        return await provider.GetRequiredKeyedService<IBatchProcessor>("search")
            .ProcessAsync(batch.Length > 0 ? batch : [Records.Numbered("1")], new BatchContext { Consumer = "search" }, TestContext.Current.CancellationToken);
    }

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
    public async Task Layers_run_in_the_order_in_which_they_were_added_the_first_one_outermost()
    {
        await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use<NotingLayer>().Use(Layer("inner")).Handle(Note));

        Assert.Equal(["outer before", "noting before", "inner before", "handler", "inner after", "noting after", "outer after"], _log);
    }

    [Fact]
    public async Task Layers_that_are_added_behind_the_handler_are_around_it_all_the_same()
    {
        await ProcessAsync(consumer => consumer.Handle(Note).Use(Layer("late")));

        Assert.Equal(["late before", "handler", "late after"], _log);
    }

    [Fact]
    public async Task Error_passes_out_through_every_layer_and_fails_the_record()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use(Layer("inner")).Handle((_, _, _) => throw error));

        Assert.Equal(["outer before", "inner before", "inner error", "outer error"], _log);
        Assert.Same(error, result.Error);
    }

    [Fact]
    public async Task Error_of_an_inner_layer_reaches_the_outer_ones_and_the_handler_does_not_run()
    {
        await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use((_, _, _, _) => throw new IOException()).Handle(Note));

        Assert.Equal(["outer before", "outer error"], _log);
    }

    [Fact]
    public async Task Layer_may_handle_the_record_itself()
    {
        var result = await ProcessAsync(consumer => consumer.Use(Layer("outer")).Use((_, _, _, _) => default).Handle(Note));

        Assert.Equal(["outer before", "outer after"], _log);
        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task Layer_may_turn_an_error_into_success()
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
