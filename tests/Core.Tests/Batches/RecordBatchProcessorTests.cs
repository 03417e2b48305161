using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Batches;

public sealed class RecordBatchProcessorTests
{
    private static readonly StreamRecord[] s_batch = [Records.Numbered("1"), Records.Numbered("2"), Records.Numbered("3")];

    private readonly List<string> _log = [];
    private readonly ServiceCollection _services = new();

    public RecordBatchProcessorTests() => _services.AddSingleton(_log);

    private async Task<BatchResult> ProcessAsync(Action<ConsumerBuilder> configure, IReadOnlyList<StreamRecord>? batch = null, CancellationToken cancellationToken = default)
    {
        configure(new ConsumerBuilder("search", _services));
        await using var provider = _services.BuildServiceProvider(validateScopes: true);
        return await provider.GetRequiredKeyedService<IBatchProcessor>("search")
            .ProcessAsync(batch ?? s_batch, new BatchContext { Consumer = "search", ShardId = new ShardId("shard"), LeaseEpoch = 7, Attempt = 3 }, cancellationToken);
    }

    [Fact]
    public async Task Records_are_handled_in_stream_order_one_after_the_other()
    {
        var result = await ProcessAsync(consumer => consumer.Handle(async (record, _, _) =>
        {
            _log.Add($"begin {record.SequenceNumber}");
            await Task.Yield();
            _log.Add($"end {record.SequenceNumber}");
        }));

        Assert.Same(BatchResult.Succeeded, result);
        Assert.Equal(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"], _log);
    }

    [Fact]
    public async Task Batch_stops_at_its_first_failure_and_names_it()
    {
        var error = new IOException();

        var result = await ProcessAsync(consumer => consumer.Handle((record, _, _) =>
        {
            _log.Add(record.SequenceNumber.ToString());
            return record.SequenceNumber == SequenceNumber.Parse("2") ? throw error : ValueTask.CompletedTask;
        }));

        Assert.Equal(["1", "2"], _log);
        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal([new BatchItemFailure("2", error)], result.Failures);
        Assert.Equal(1, result.CountFinished(s_batch));
    }

    [Fact]
    public async Task Empty_batch_succeeds() => Assert.Same(BatchResult.Succeeded, await ProcessAsync(consumer => consumer.Handle((_, _, _) => throw new IOException()), []));

    [Fact]
    public async Task Cancellation_between_records_names_the_first_that_is_not_finished()
    {
        using var stopping = new CancellationTokenSource();

        var result = await ProcessAsync(
            consumer => consumer.Handle(async (record, _, _) =>
            {
                _log.Add(record.SequenceNumber.ToString());
                if (record.SequenceNumber == SequenceNumber.Parse("2"))
                    await stopping.CancelAsync();
            }),
            cancellationToken: stopping.Token);

        Assert.Equal(["1", "2"], _log);
        Assert.Equal("3", Assert.Single(result.Failures).ItemIdentifier);
        Assert.IsType<OperationCanceledException>(result.Error, exactMatch: false);
        Assert.Equal(2, result.CountFinished(s_batch));
    }

    [Fact]
    public async Task Cancellation_inside_a_handler_names_its_record()
    {
        using var stopping = new CancellationTokenSource();

        var result = await ProcessAsync(
            consumer => consumer.Handle(async (_, _, cancellationToken) =>
            {
                await stopping.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }),
            cancellationToken: stopping.Token);

        Assert.Equal("1", Assert.Single(result.Failures).ItemIdentifier);
        Assert.Equal(0, result.CountFinished(s_batch));
    }

    [Fact]
    public async Task Handler_is_made_anew_for_each_record_and_disposed_of_before_the_next()
    {
        _services.AddScoped<AsyncResource>();

        await ProcessAsync(consumer => consumer.Handle<ResourceHandler>());

        Assert.Equal(
            ["made", "disposed", "made", "handled 1", "disposed", "made", "handled 2", "disposed", "made", "handled 3", "disposed"],
            _log);
    }

    [Fact]
    public async Task Record_has_one_scope_whoever_asks_for_it_and_none_when_nobody_does()
    {
        _services.AddScoped<AsyncResource>();

        var result = await ProcessAsync(consumer => consumer
            .UseTimeout(TimeSpan.FromMinutes(1))
            .Use((record, context, next, cancellationToken) =>
            {
                if (record.SequenceNumber == SequenceNumber.Parse("2"))
                    Assert.Same(context.Services.GetRequiredService<AsyncResource>(), context.WithTimeOut(default).Services.GetRequiredService<AsyncResource>());
                return next(record, context, cancellationToken);
            })
            .Handle((record, context, _) =>
            {
                if (record.SequenceNumber == SequenceNumber.Parse("2"))
                    context.Services.GetRequiredService<AsyncResource>();
                return default;
            }));

        Assert.Null(result.Error);
        Assert.Equal(["made", "disposed"], _log);
    }

    [Fact]
    public async Task Services_are_gone_when_the_records_handling_has_ended_also_for_who_never_asked_before()
    {
        RecordContext? kept = null;

        await ProcessAsync(
            consumer => consumer.UseTimeout(TimeSpan.FromMinutes(1)).Handle((_, context, _) =>
            {
                kept = context;
                return default;
            }),
            [s_batch[0]]);

        Assert.Throws<ObjectDisposedException>(() => kept!.Services);
    }

    [Fact]
    public async Task Scope_is_one_when_several_threads_ask_for_it_at_once()
    {
        _services.AddScoped<object>();
        using var together = new Barrier(4);

        var result = await ProcessAsync(consumer => consumer.Handle(async (_, context, _) =>
        {
            var seen = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                together.SignalAndWait();
                return context.Services.GetRequiredService<object>();
            })));
            Assert.Single(seen.Distinct());
        }));

        Assert.Null(result.Error);
    }

    [Fact]
    public async Task Error_when_disposing_of_a_records_scope_is_the_records_failure()
    {
        var result = await ProcessAsync(consumer => consumer.Handle((_, context, _) =>
        {
            context.Services.GetRequiredService<BrokenResource>();
            return ValueTask.CompletedTask;
        }).Services.AddScoped<BrokenResource>());

        Assert.Equal("1", Assert.Single(result.Failures).ItemIdentifier);
        Assert.IsType<IOException>(result.Error);
    }

    [Fact]
    public async Task Record_is_reported_as_handled_when_its_scope_is_gone_and_a_failed_one_never()
    {
        _services.AddScoped<AsyncResource>();
        new ConsumerBuilder("search", _services).Handle((record, context, _) =>
        {
            context.Services.GetRequiredService<AsyncResource>();
            return record.SequenceNumber == SequenceNumber.Parse("3") ? throw new IOException() : ValueTask.CompletedTask;
        });
        await using var provider = _services.BuildServiceProvider(validateScopes: true);

        await provider.GetRequiredKeyedService<IBatchProcessor>("search")
            .ProcessAsync(s_batch, new BatchContext { Consumer = "search", Progress = new Reports(_log) }, TestContext.Current.CancellationToken);

        Assert.Equal(["made", "disposed", "handled 1", "made", "disposed", "handled 2", "made", "disposed"], _log);
    }

    [Fact]
    public async Task Context_tells_what_is_known_about_the_delivery()
    {
        RecordContext? seen = null;

        await ProcessAsync(
            consumer => consumer.Handle((_, context, _) =>
            {
                seen = context;
                return ValueTask.CompletedTask;
            }),
            [s_batch[0]]);

        Assert.Equal("search", seen!.Consumer);
        Assert.Equal(new ShardId("shard"), seen.ShardId);
        Assert.Equal(7, seen.LeaseEpoch);
        Assert.Equal(3, seen.Attempt);
        Assert.Equal($"{Records.Stream}/event-1", seen.IdempotencyKey);
    }

    [Fact]
    public async Task Key_of_a_record_is_the_same_when_it_arrives_through_Lambda()
    {
        var keys = new List<string>();
        var lambda = Records.Record($$"""{"eventID":"event-1","dynamodb":{"SequenceNumber":"1"},"eventSourceARN":"{{Records.Stream}}"}""");

        await ProcessAsync(
            consumer => consumer.Handle((_, context, _) =>
            {
                keys.Add(context.IdempotencyKey);
                return ValueTask.CompletedTask;
            }),
            [s_batch[0], lambda, s_batch[1]]);

        Assert.Equal(keys[0], keys[1]);
        Assert.NotEqual(keys[0], keys[2]);
    }

    [Fact]
    public async Task Malformed_record_fails_alone()
    {
        var malformed = Records.Record("""{"eventID":7,"dynamodb":{"SequenceNumber":"2"}}""");

        var result = await ProcessAsync(consumer => consumer.Handle((_, context, _) =>
        {
            _log.Add(context.IdempotencyKey);
            return ValueTask.CompletedTask;
        }), [s_batch[0], malformed, s_batch[2]]);

        Assert.Equal("2", Assert.Single(result.Failures).ItemIdentifier);
        Assert.IsType<RecordFormatException>(result.Error);
    }

    [Fact]
    public async Task B3_failed_record_without_number_fails_the_whole_batch()
    {
        var nameless = Records.Record("""{"eventID":"x"}""");

        var result = await ProcessAsync(consumer => consumer.Handle((_, _, _) => throw new IOException()), [nameless]);

        Assert.Null(Assert.Single(result.Failures).ItemIdentifier);
        Assert.Equal(0, result.CountFinished([nameless]));
        Assert.IsType<IOException>(result.Error);
    }

    private sealed class ResourceHandler(AsyncResource resource, List<string> log) : IRecordHandler
    {
        public async ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Assert.NotNull(resource);
            log.Add($"handled {record.SequenceNumber}");
        }
    }

    private sealed class AsyncResource : IAsyncDisposable
    {
        private readonly List<string> _log;

        public AsyncResource(List<string> log)
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

    private sealed class Reports(List<string> log) : IProgress<StreamRecord>
    {
        public void Report(StreamRecord value) => log.Add($"handled {value.SequenceNumber}");
    }

    private sealed class BrokenResource : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => throw new IOException();
    }
}
