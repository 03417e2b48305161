using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Pipeline;

namespace StreamWorker.Testing.Tests.Harness;

public sealed class FaultTests
{
    [Fact]
    public async Task Ordered_failure_hits_the_next_delivery_and_the_handler_does_not_see_it()
    {
        var seen = new List<string>();
        await using var harness = StreamHarness.Create(Orders.Handler((record, _) => Note(seen, record)));
        harness.FailNext(times: 2);
        harness.PutOrder("o-1");
        harness.PutOrder("o-2");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Failed", "o-1 Failed", "o-1 Handled", "o-2 Handled"], harness.Deliveries.Lines());
        Assert.Equal(["o-1", "o-2"], seen);
        Assert.Equal("The test has ordered this failure.", Assert.IsType<InvalidOperationException>(harness.Retried[0].Errors[0]).Message);
    }

    [Fact]
    public async Task Ordered_failure_hits_the_records_that_are_asked_for_with_the_error_that_is_asked_for()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        harness.FailNext(3, record => Orders.IdOf(record) == "o-2", () => new IOException("disk full"));
        harness.PutOrder("o-1");
        harness.PutOrder("o-2");
        await harness.DrainAsync(Orders.Cancellation);
        var retried = Assert.Single(harness.Retried);
        Assert.Equal("o-2", Orders.IdOf(retried.Record));
        Assert.Equal(["disk full", "disk full", "disk full"], retried.Errors.Select(error => error.Message));
        Assert.Equal([1, 2, 3, 4], retried.Deliveries.Select(delivery => delivery.Attempt));
    }

    [Fact]
    public async Task Failure_after_the_handler_delivers_again_what_was_done()
    {
        var seen = new List<string>();
        await using var harness = StreamHarness.Create(Orders.Handler((record, _) => Note(seen, record)));
        harness.FailNext(afterHandler: true);
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1", "o-1"], seen);
        Assert.Equal(["o-1 Failed", "o-1 Handled"], harness.Deliveries.Lines());
    }

    [Fact]
    public async Task Ordered_failure_passes_through_the_layers_of_the_consumer()
    {
        await using var harness = StreamHarness.Create(consumer => consumer
            .Use<ForgivingMiddleware>()
            .Handle((_, _, _) => default));
        harness.FailNext();
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled"], harness.Deliveries.Lines());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Batch_handlers_fail_with_the_whole_batch(bool afterHandler, int batchesSeen)
    {
        await using var harness = StreamHarness.Create(consumer => consumer.HandleBatch<NotingBatchHandler>(), services => services.AddSingleton<List<int>>());
        harness.FailNext(of: record => Orders.IdOf(record) == "o-2", afterHandler: afterHandler);
        harness.PutOrder("o-1");
        harness.PutOrder("o-2");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Failed", "o-2 Failed", "o-1 Handled", "o-2 Handled"], harness.Deliveries.Lines());
        Assert.Equal(Enumerable.Repeat(2, batchesSeen), harness.Services.GetRequiredService<List<int>>());
    }

    [Fact]
    public async Task Batch_handler_that_names_a_failure_is_given_the_rest_again()
    {
        await using var harness = StreamHarness.Create(consumer => consumer.HandleBatch<OnceFailingBatchHandler>(), services => services.AddSingleton<List<int>>());
        for (var i = 1; i <= 4; i++)
            harness.PutOrder($"o-{i}");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal([4, 2], harness.Services.GetRequiredService<List<int>>());
        Assert.Equal(["o-1 Handled", "o-2 Handled", "o-3 Failed", "o-3 Handled", "o-4 Handled"], harness.Deliveries.Lines());
    }

    [Fact]
    public async Task Hook_runs_before_each_record_and_fails_it_with_its_error()
    {
        var seen = new List<string>();
        await using var harness = StreamHarness.Create(Orders.Handler((record, _) => Note(seen, record)));
        var isFirst = true;
        harness.OnHandling = (record, _) =>
        {
            seen.Add($"before {Orders.IdOf(record)}");
            if (!isFirst)
                return default;
            isFirst = false;
            throw new IOException("no");
        };
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["before o-1", "before o-1", "o-1"], seen);
    }

    [Fact]
    public async Task Shards_roll_and_split_in_mid_stream()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        harness.OnHandling = (record, _) =>
        {
            switch (Orders.IdOf(record))
            {
                case "o-1":
                    harness.Table.RollShard();
                    harness.PutOrder("o-2");
                    break;
                case "o-2":
                    harness.Table.SplitShard(harness.Table.Shards[^1].Id);
                    harness.PutOrder("o-3");
                    break;
                default:
                    break;
            }

            return default;
        };
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1", "o-2", "o-3"], harness.Handled.Ids());
        Assert.Equal(3, harness.Handled.Select(record => record.Shard).Distinct().Count());
    }

    [Fact]
    public async Task Reads_that_are_throttled_and_iterators_that_expire_cost_no_record()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        harness.Streams.FailNext(StreamsOperation.GetRecords, StreamFaults.Throttled, times: 3);
        harness.Streams.FailNext(StreamsOperation.GetRecords, StreamFaults.ExpiredIterator);
        harness.Streams.FailNext(StreamsOperation.GetShardIterator, StreamFaults.ServiceFault);
        harness.Leases.FailNext(LeaseStoreOperation.Checkpoint, LeaseStoreFault.ReplyLost, times: 2);
        harness.PutOrder("o-2");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled", "o-2 Handled"], harness.Deliveries.Lines());
        Assert.Equal(2, harness.Streams.CountCalls(StreamsOperation.GetShardIterator) - 1);
    }

    private static ValueTask Note(List<string> seen, StreamRecord record)
    {
        seen.Add(Orders.IdOf(record));
        return default;
    }

    private sealed class ForgivingMiddleware : IRecordMiddleware
    {
        public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
        {
            try
            {
                await next(record, context, cancellationToken);
            }
            catch (InvalidOperationException)
            {
                // Forgiven.
            }
        }
    }

    private sealed class NotingBatchHandler(List<int> sizes) : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
        {
            sizes.Add(records.Count);
            return new([]);
        }
    }

    private sealed class OnceFailingBatchHandler(List<int> sizes) : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
        {
            sizes.Add(records.Count);
            return new(sizes.Count == 1 ? [BatchItemFailure.Of(records[2], new IOException("third"))] : []);
        }
    }
}
