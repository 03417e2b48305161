using System.Globalization;

namespace StreamWorker.Consumer.Tests.Hosting;

/// <summary>Filters in the whole worker, which is run in memory.</summary>
public sealed class FilteredWorkerTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    // F18
    [Fact]
    public async Task Records_that_are_not_wanted_are_never_handed_over_and_the_position_moves_behind_them_V18()
    {
        await using var harness = StreamHarness.Create(consumer => Filtered(consumer, """{"eventName":["REMOVE"]}""").Handle((_, _, _) => default));
        WrittenRecord? last = null;
        for (var i = 0; i < 250; i++)
            last = harness.Table.Put(new TestItem().With("id", string.Create(CultureInfo.InvariantCulture, $"o-{i}")));
        await harness.DrainAsync(CancellationToken);

        await harness.StopWorkerAsync(CancellationToken);

        Assert.Empty(harness.Deliveries);
        Assert.Equal(last!.SequenceNumber, harness.CheckpointOf(last.Shard));

        harness.Table.Delete(new TestItem().With("id", "o-7"));
        await harness.DrainAsync(CancellationToken);
        Assert.Equal(EventName.Remove, Assert.Single(harness.Handled).Record.EventName);
    }

    // P7
    [Fact]
    public async Task Batch_is_full_when_it_has_as_many_wanted_records_as_it_may_have_V17()
    {
        var sizes = new List<int>();
        await using var harness = StreamHarness.Create(consumer => Filtered(consumer, """{"dynamodb":{"NewImage":{"total":{"N":[{"streamworker:numeric":[">=",1000]}]}}}}""")
            .Configure(options => (options.BatchSize, options.MaximumBatchingWindowInSeconds) = (3, 300))
            .UseBatch((records, context, next, cancellationToken) =>
            {
                sizes.Add(records.Count);
                return next(records, context, cancellationToken);
            })
            .Handle((_, _, _) => default));
        var start = harness.Time.GetUtcNow();
        for (var i = 1; i <= 500; i++)
            harness.Table.Put(new TestItem().With("id", string.Create(CultureInfo.InvariantCulture, $"o-{i}")).With("total", i % 150 == 0 ? 1000m : i));
        await harness.DrainAsync(CancellationToken);

        Assert.Equal([3], sizes);
        Assert.True(harness.Time.GetUtcNow() - start < TimeSpan.FromMinutes(1));
    }

    // S54, F17
    [Fact]
    public async Task Deletions_by_time_to_live_are_found_by_who_made_them_V32()
    {
        await using var harness = StreamHarness.Create(consumer =>
            Filtered(consumer, """{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}""").Handle((_, _, _) => default));
        harness.Table.Put(new TestItem().With("id", "o-1"));
        harness.Table.Put(new TestItem().With("id", "o-2"));
        harness.Table.Delete(new TestItem().With("id", "o-1"));
        harness.Table.Expire(new TestItem().With("id", "o-2"));
        await harness.DrainAsync(CancellationToken);

        Assert.True(Assert.Single(harness.Handled).Record.IsTimeToLiveDelete);
    }

    [Fact]
    public async Task Record_that_cannot_be_read_where_the_pattern_looks_is_handed_over()
    {
        await using var harness = StreamHarness.Create(consumer =>
            Filtered(consumer, """{"dynamodb":{"NewImage":{"status":{"S":["paid"]}}}}""").Handle((_, _, _) => default));
        harness.Table.AppendMalformed("""{"id":{"S":"o-1"}}""", """{"id":{"S":"o-1"},"status":{"S":"\ud800"}}""");
        await harness.DrainAsync(CancellationToken);

        Assert.Single(harness.Handled);
    }

    private static ConsumerBuilder Filtered(ConsumerBuilder consumer, string pattern) => consumer.Configure(options => options.FilterCriteria.Filters.Add(new(pattern)));
}
