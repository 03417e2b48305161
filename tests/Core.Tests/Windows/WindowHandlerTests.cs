using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Snippets;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Windows;

internal sealed record Needy(string Name)
{
    public required int Count { get; init; }
}

[JsonSerializable(typeof(Needy))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(List<int>))]
internal sealed partial class OddJson : JsonSerializerContext;

public sealed class WindowHandlerTests
{
    private static readonly StreamRecord[] s_batch = [Sale("1", "10.25"), Sale("2", "5")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T4_state_goes_from_call_to_call_and_the_final_one_sees_all_of_it()
    {
        var report = new SalesReport();
        await using var provider = Provider(consumer => consumer.HandleWindow<CountSales, Sales>(SalesJson.Default.Sales).Services.AddSingleton(report));

        var first = await ProcessAsync(provider, s_batch, Window());
        var second = await ProcessAsync(provider, [Sale("3", "1")], Window(first.State));
        Assert.Equal("""{"Orders":3,"Total":16.25}""", Text(second.State));
        Assert.Empty(report.Rows);

        var final = await ProcessAsync(provider, [], Window(second.State, isFinal: true));
        Assert.Equal(BatchOutcome.Succeeded, final.Outcome);
        Assert.Equal(new Sales(3, 16.25m), Assert.Single(report.Rows).Value);
        Assert.Equal("2026-01-31 12:00:00Z/shard-1", Assert.Single(report.Rows).Key);
    }

    [Fact]
    public async Task T6_final_call_may_have_no_records_and_a_function_sees_window_and_delivery()
    {
        WindowContext<Sales>? seen = null;
        await using var provider = Provider(consumer => consumer.HandleWindow(SalesJson.Default.Sales, (records, context, _) =>
        {
            Assert.Empty(records);
            seen = context;
            return new(context.State);
        }));

        var result = await ProcessAsync(provider, [], new BatchWindow { Start = Start, End = Start.AddMinutes(1), IsFinalInvokeForWindow = true, IsWindowTerminatedEarly = true });

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.Equal((Start, Start.AddMinutes(1), true, true), (seen!.Start, seen.End, seen.IsFinalInvokeForWindow, seen.IsWindowTerminatedEarly));
        Assert.Equal(("sales", 3, new Sales()), (seen.Batch.Consumer, seen.Batch.Attempt, seen.State));
    }

    [Fact]
    public async Task T3_partial_failure_is_named_together_with_the_state()
    {
        await using var provider = Provider(consumer => consumer.HandleWindow(SalesJson.Default.Sales, (records, context, _) =>
        {
            context.AddFailure(records[1], new IOException("no"));
            return new(context.State with { Orders = 1 });
        }));

        var result = await ProcessAsync(provider, s_batch, Window());

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(1, result.CountFinished(s_batch));
        Assert.Equal("no", result.Error!.Message);
        Assert.Equal("""{"Orders":1,"Total":0}""", Text(result.State));
    }

    [Fact]
    public async Task T8_handler_that_throws_has_failed_with_the_whole_batch_and_gives_no_state()
    {
        var error = new IOException();
        await using var provider = Provider(consumer => consumer.HandleWindow(SalesJson.Default.Sales, (_, _, _) => throw error));

        var result = await ProcessAsync(provider, s_batch, Window());

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Same(error, result.Error);
        Assert.Null(result.State);
    }

    [Fact]
    public async Task Handler_that_gives_null_for_the_state_has_failed()
    {
        await using var provider = Provider(consumer => consumer.HandleWindow(SalesJson.Default.Sales, (_, _, _) => new((Sales)null!)));

        var result = await ProcessAsync(provider, s_batch, Window());

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains("gave null for the window's state", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_that_is_of_another_type_fails_the_batch_and_says_so()
    {
        await using var provider = Provider(consumer => consumer.HandleWindow(SalesJson.Default.Sales, (_, context, _) => new(context.State)));

        var result = await ProcessAsync(provider, s_batch, Window("""{"Orders":"many"}"""u8.ToArray()));

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.IsType<RecordHandlerException>(result.Error);
        Assert.Contains("cannot be read as Sales", result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_without_window_fails_and_names_the_setting()
    {
        await using var provider = Provider(consumer => consumer.HandleWindow(SalesJson.Default.Sales, (_, context, _) => new(context.State)));

        var result = await ProcessAsync(provider, s_batch, null);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Contains("TumblingWindowInSeconds is not set", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_that_cannot_be_read_from_an_empty_object_is_refused_at_start()
    {
        foreach (var configure in new Action<ConsumerBuilder>[]
                 {
                     consumer => consumer.HandleWindow(OddJson.Default.Needy, (_, context, _) => new(context.State)),
                     consumer => consumer.HandleWindow(OddJson.Default.Int32, (_, context, _) => new(context.State)),
                     consumer => consumer.HandleWindow(OddJson.Default.ListInt32, (_, context, _) => new(context.State)),
                 })
        {
            using var provider = Provider(configure);
            var error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<IBatchProcessor>("sales"));
            Assert.Contains("Consumer 'sales'", error.Message, StringComparison.Ordinal);
            Assert.Contains("cannot be the state of a window", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Handler_class_that_cannot_be_made_is_a_fault_at_start()
    {
        using var provider = Provider(consumer => consumer.HandleWindow<CountSales, Sales>(SalesJson.Default.Sales));

        Assert.Contains("CountSales", Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<IBatchProcessor>("sales")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Window_handler_is_the_only_handler_and_has_no_layers_around_records()
    {
        var consumer = new ConsumerBuilder("sales", new ServiceCollection());
        Assert.False(consumer.HandlesWindows);
        consumer.HandleWindow(SalesJson.Default.Sales, (_, context, _) => new(context.State));

        Assert.True(consumer.HandlesWindows && consumer.HandlesBatches && consumer.HasHandler);
        Assert.Throws<InvalidOperationException>(() => consumer.Handle((_, _, _) => default));
        Assert.Throws<InvalidOperationException>(() => consumer.UseTracing());
        Assert.Throws<InvalidOperationException>(() => new ConsumerBuilder("other", new ServiceCollection()).UseTracing().HandleWindow(SalesJson.Default.Sales, (_, context, _) => new(context.State)));
    }

    [Fact]
    public async Task State_passes_through_layers_around_batches_also_when_their_time_is_over()
    {
        await using var provider = Provider(consumer => consumer
            .UseBatchTimeout(TimeSpan.FromMinutes(1))
            .UseBatch((records, context, next, cancellationToken) => next(records, context, cancellationToken))
            .HandleWindow(SalesJson.Default.Sales, (records, context, _) =>
            {
                Assert.NotNull(context.Batch.Window);
                context.AddFailure(records[0]);
                return new(new Sales(7));
            }));

        Assert.Equal("""{"Orders":7,"Total":0}""", Text((await ProcessAsync(provider, s_batch, Window())).State));
    }

    [Theory]
    [InlineData(1, FailureMode.StopBatch)]
    [InlineData(4, FailureMode.StopKey)]
    public async Task T6_layers_and_handlers_of_records_take_a_batch_without_records(int concurrency, FailureMode mode)
    {
        var layers = 0;
        await using var provider = Provider(consumer => consumer
            .ConfigureBatches(options => (options.MaxConcurrency, options.FailureMode, options.ThrowWhenAllFailed) = (concurrency, mode, true))
            .UseBatchTimeout(TimeSpan.FromMinutes(1))
            .UseBatch((records, context, next, cancellationToken) =>
            {
                layers++;
                return next(records, context, cancellationToken);
            })
            .UseLoggingScope().UseTracing().UseFilter(_ => true).UseRetry(_ => { }).UseTimeout(TimeSpan.FromMinutes(1))
            .Handle((_, _, _) => throw new InvalidOperationException("There is no record.")));

        var result = await ProcessAsync(provider, [], Window(isFinal: true));

        Assert.Equal((BatchOutcome.Succeeded, 1, 0), (result.Outcome, layers, result.CountFinished([])));
    }

    private static DateTimeOffset Start { get; } = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static BatchWindow Window(ReadOnlyMemory<byte>? state = null, bool isFinal = false) => new()
    {
        Start = Start,
        End = Start.AddMinutes(1),
        State = state ?? "{}"u8.ToArray(),
        IsFinalInvokeForWindow = isFinal,
    };

    private static StreamRecord Sale(string number, string total) => Records.Record(
        $$$$"""{"eventID":"e{{{{number}}}}","eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"a"}},"NewImage":{"total":{"N":"{{{{total}}}}"}},"SequenceNumber":"{{{{number}}}}"}}""");

    private static string Text(ReadOnlyMemory<byte>? state) => Encoding.UTF8.GetString(state!.Value.Span);

    private static ServiceProvider Provider(Action<ConsumerBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        configure(new ConsumerBuilder("sales", services));
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static async Task<BatchResult> ProcessAsync(ServiceProvider provider, IReadOnlyList<StreamRecord> records, BatchWindow? window) =>
        await provider.GetRequiredKeyedService<IBatchProcessor>("sales").ProcessAsync(
            records,
            new BatchContext { Consumer = "sales", ShardId = new ShardId("shard-1"), Attempt = 3, Window = window },
            Cancellation);
}
