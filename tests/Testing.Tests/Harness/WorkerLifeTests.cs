using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing.Tests.Harness;

public sealed class WorkerLifeTests
{
    [Fact]
    public async Task Worker_that_is_killed_in_mid_batch_goes_no_further_and_the_next_one_goes_on_behind_the_last_checkpoint()
    {
        var seen = new List<string>();
        await using var harness = StreamHarness.Create(Orders.Handler((record, _) =>
        {
            seen.Add(Orders.IdOf(record));
            return default;
        }));
        var first = harness.PutOrder("o-0");
        await harness.DrainAsync(Orders.Cancellation);
        harness.OnHandling = (record, _) =>
        {
            if (Orders.IdOf(record) != "o-2")
                return default;
            harness.KillWorker();
            harness.OnHandling = null;
            return default;
        };
        for (var i = 1; i <= 3; i++)
            harness.PutOrder($"o-{i}");
        await harness.AdvanceAsync(TimeSpan.FromMinutes(1), Orders.Cancellation);
        Assert.Equal(["o-0", "o-1"], seen);
        Assert.Equal(first.SequenceNumber, harness.CheckpointOf(first.Shard));
        Assert.NotNull(harness.Leases.Leases[0].Lease.Owner);

        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-0", "o-1", "o-1", "o-2", "o-3"], seen);
        Assert.Equal([1, 1, 2, 2, 2], harness.Deliveries.Select(delivery => delivery.LeaseEpoch!.Value));
        Assert.Equal(2, Assert.Single(harness.Retried).TimesHandled);
        Assert.Equal(["o-0", "o-1", "o-2", "o-3"], harness.Handled.Ids());
    }

    [Fact]
    public async Task Drain_goes_on_with_a_new_worker_when_the_old_one_is_killed_meanwhile()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        var kills = 2;
        harness.OnHandling = (_, _) =>
        {
            if (kills-- > 0)
                harness.KillWorker();
            return default;
        };
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled"], harness.Deliveries.Lines());
        Assert.Equal(3, Assert.Single(harness.Deliveries).LeaseEpoch);
    }

    [Fact]
    public async Task Worker_that_is_killed_while_its_handler_waits_is_not_waited_for()
    {
        var hangs = true;
        await using var harness = StreamHarness.Create(Orders.Handler(async (_, _) =>
        {
            if (hangs)
                await new TaskCompletionSource().Task;
        }));
        harness.PutOrder("o-1");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(1), Orders.Cancellation);
        harness.KillWorker();
        hangs = false;
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled"], harness.Deliveries.Lines());
    }

    [Fact]
    public async Task Next_worker_has_services_of_its_own_and_instances_in_common()
    {
        var shared = new List<string>();
        await using var harness = StreamHarness.Create(
            consumer => consumer.Handle((_, context, _) =>
            {
                context.Services.GetRequiredService<Box>().Value++;
                return default;
            }),
            services => services.AddSingleton(shared).AddSingleton<Box>());
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(1, harness.Services.GetRequiredService<Box>().Value);
        harness.KillWorker();
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(0, harness.Services.GetRequiredService<Box>().Value);
        Assert.Same(shared, harness.Services.GetRequiredService<List<string>>());
    }

    [Fact]
    public async Task Lease_that_is_lost_in_mid_batch_cancels_the_handler_and_the_record_comes_again_under_a_higher_epoch()
    {
        CancellationCause? cause = null;
        await using var harness = StreamHarness.Create(consumer => consumer.Handle(async (record, context, cancellationToken) =>
        {
            if (context.LeaseEpoch > 1 || Orders.IdOf(record) != "o-2")
                return;
            var time = context.Services.GetRequiredService<TimeProvider>();
            try
            {
                await Task.Delay(TimeSpan.FromMinutes(1), time, cancellationToken);
            }
            finally
            {
                cause = context.CancellationCause;
            }
        }));
        harness.OnHandling = (record, _) =>
        {
            if (Orders.IdOf(record) == "o-2")
            {
                harness.OnHandling = null;
                harness.LoseLeases();
            }

            return default;
        };
        harness.PutOrder("o-1");
        harness.PutOrder("o-2");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(CancellationCause.LeaseLost, cause);
        Assert.Equal(["o-1 Handled", "o-2 Cancelled", "o-1 Handled", "o-2 Handled"], harness.Deliveries.Lines());
        Assert.All(harness.Deliveries.Skip(2), delivery => Assert.True(delivery.LeaseEpoch > 1));
        Assert.Contains(harness.Leases.Checkpoints, entry => entry.Outcome == CheckpointOutcome.Stored && entry.Epoch > 1);
        Assert.DoesNotContain(harness.Leases.Checkpoints, entry => entry.Outcome == CheckpointOutcome.Stored && entry.Epoch == 1);
    }

    [Fact]
    public async Task Worker_that_is_stopped_finishes_what_is_with_its_handler_and_gives_its_leases_back()
    {
        await using var harness = StreamHarness.Create(consumer => consumer
            .Configure(options => options.BatchSize = 1)
            .Handle(async (_, context, cancellationToken) =>
            {
                var time = context.Services.GetRequiredService<TimeProvider>();
                await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
            }));
        var first = harness.PutOrder("o-1");
        harness.PutOrder("o-2");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(1), Orders.Cancellation);
        await harness.StopWorkerAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled"], harness.Deliveries.Lines());
        Assert.Equal(first.SequenceNumber, harness.CheckpointOf(first.Shard));
        Assert.Null(Assert.Single(harness.Leases.Leases).Lease.Owner);
        await harness.StopWorkerAsync(Orders.Cancellation);
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled", "o-2 Handled"], harness.Deliveries.Lines());
    }

    [Fact]
    public async Task Worker_that_cannot_go_on_raises_its_error()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        harness.Streams.FailNext(StreamsOperation.DescribeTable, StreamFaults.AccessDenied);
        var error = await Assert.ThrowsAsync<WorkerStartupException>(() => harness.DrainAsync(Orders.Cancellation));
        Assert.Equal("StreamWorker:Consumers:consumer: The caller may not do this.", error.Message);
        await harness.DrainAsync(Orders.Cancellation);
    }

    private sealed class Box
    {
        public int Value { get; set; }
    }
}
