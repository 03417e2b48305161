using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker.Testing.Tests.Harness;

public sealed class DisposalTests
{
    [Fact]
    public async Task Disposal_stops_the_worker_in_order_and_disposes_of_its_services()
    {
        var harness = StreamHarness.Create(
            consumer => consumer.Handle((_, context, _) =>
            {
                context.Services.GetRequiredService<Resource>();
                return default;
            }),
            services => services.AddSingleton<Resource>());
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        var resource = harness.Services.GetRequiredService<Resource>();
        await harness.DisposeAsync();
        Assert.True(resource.IsDisposed);
        Assert.Equal(0, harness.Streams.OpenPages);
        Assert.Null(Assert.Single(harness.Leases.Leases).Lease.Owner);
        Assert.Empty(await harness.Leases.ListWorkersAsync("streamworker", Orders.Cancellation));
        Assert.Equal(["o-1"], harness.Handled.Ids());
        await harness.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => harness.DrainAsync(Orders.Cancellation));
    }

    [Fact]
    public async Task Harness_that_never_ran_is_disposed_of()
    {
        var harness = StreamHarness.Create(Orders.Nothing, services => services.AddSingleton<Resource>());
        var resource = harness.Services.GetRequiredService<Resource>();
        await harness.DisposeAsync();
        Assert.True(resource.IsDisposed);
        Assert.Empty(harness.Streams.Calls);
    }

    [Fact]
    public async Task Disposal_cancels_a_handler_that_is_at_work_and_waits_until_it_has_ended()
    {
        await using var server = new EchoServer { BeforeAnswer = () => new TaskCompletionSource().Task };
        var hasEnded = false;
        var harness = StreamHarness.Create(Orders.Handler(async (_, cancellationToken) =>
        {
            try
            {
                await server.AskAsync(1, cancellationToken);
            }
            finally
            {
                hasEnded = true;
            }
        }));
        harness.PutOrder("o-1");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(1), Orders.Cancellation);
        await harness.DisposeAsync();
        Assert.True(hasEnded);
        Assert.Equal(["o-1 Cancelled"], harness.Deliveries.Lines());
        Assert.Equal(0, harness.Streams.OpenPages);
    }

    [Fact]
    public async Task Disposal_names_the_records_of_a_handler_that_does_not_stop()
    {
        var harness = StreamHarness.Create(
            Orders.Handler((_, _) => new ValueTask(new TaskCompletionSource().Task)),
            options: new() { LongestEnd = TimeSpan.FromMilliseconds(100) });
        var record = harness.PutOrder("o-1");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(1), Orders.Cancellation);
        var error = await Assert.ThrowsAsync<StreamHarnessException>(async () => await harness.DisposeAsync());
        Assert.Equal(
            $$"""
            The harness ended, and handlers that were told to stop did not:
              Insert of {"id":"o-1"} ({{record.Shard}}, {{record.SequenceNumber}}), attempt 1
            """,
            error.Message);
    }

    [Fact]
    public async Task Disposal_after_a_call_that_was_cancelled_raises_nothing_more()
    {
        using var enough = new CancellationTokenSource();
        var harness = StreamHarness.Create(Orders.Handler((_, _) =>
        {
            _ = enough.CancelAsync();
            return new ValueTask(new TaskCompletionSource().Task);
        }));
        harness.PutOrder("o-1");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.DrainAsync(enough.Token));
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task Disposal_names_pages_that_were_not_given_back()
    {
        var harness = StreamHarness.Create(Orders.Nothing);
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        var iterator = await harness.Streams.GetShardIteratorAsync(harness.Table.StreamArn, harness.Table.Shards[0].Id, Consumer.Shards.IteratorStart.TrimHorizon, Orders.Cancellation);
        using var page = await harness.Streams.GetRecordsAsync(harness.Table.StreamArn, iterator, null, Orders.Cancellation);
        var error = await Assert.ThrowsAsync<StreamHarnessException>(async () => await harness.DisposeAsync());
        Assert.Equal("The harness ended, and 1 pages of records were not given back.", error.Message);
    }

    [Fact]
    public async Task Pages_of_a_worker_that_was_killed_do_not_count_as_leaked()
    {
        var harness = StreamHarness.Create(Orders.Nothing);
        harness.OnHandling = (_, _) =>
        {
            harness.KillWorker();
            return default;
        };
        harness.PutOrder("o-1");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(1), Orders.Cancellation);
        Assert.Equal(1, harness.Streams.OpenPages);
        await harness.DisposeAsync();
    }

    private sealed class Resource : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            IsDisposed = true;
        }
    }
}
