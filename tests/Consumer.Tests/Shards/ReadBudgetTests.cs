using CsCheck;

namespace StreamWorker.Consumer.Tests;

/// <summary>I7: reads under way and bytes held stay inside what the process may use, and who waits gets its turn.</summary>
public sealed class ReadBudgetTests
{
    private const long Page = ReadBudget.PageBytes;

    private static readonly Func<bool> Yes = () => true;
    private static readonly Func<bool> No = () => false;

    [Fact]
    public async Task I7_read_waits_until_another_one_has_ended()
    {
        var budget = new ReadBudget(2, 100 * Page);
        await budget.BeginAsync(No, default);
        await budget.BeginAsync(No, default);
        var third = budget.BeginAsync(No, default).AsTask();
        Assert.False(third.IsCompleted);
        budget.End(0);
        await third;
        Assert.Equal(2, budget.Reads);
    }

    [Fact]
    public async Task I7_page_counts_with_its_own_bytes_until_it_is_given_back()
    {
        var budget = new ReadBudget(100, 2 * Page);
        await budget.BeginAsync(No, default);
        budget.End(Page + 1);
        var second = budget.BeginAsync(No, default).AsTask();
        Assert.False(second.IsCompleted);
        budget.Release(Page + 1);
        await second;
        Assert.Equal(Page, budget.Bytes);
    }

    [Fact]
    public async Task Reading_ahead_leaves_half_of_the_room_to_shards_that_hold_nothing()
    {
        var budget = new ReadBudget(100, 4 * Page);
        await budget.BeginAsync(Yes, default);
        await budget.BeginAsync(Yes, default);
        var ahead = budget.BeginAsync(Yes, default).AsTask();
        Assert.False(ahead.IsCompleted);
        await budget.BeginAsync(No, default);
        budget.End(0);
        Assert.False(ahead.IsCompleted);
        budget.End(0);
        await ahead;
    }

    [Fact]
    public async Task Who_waits_to_read_ahead_and_has_finished_what_it_held_has_all_of_the_room()
    {
        var budget = new ReadBudget(100, 4 * Page);
        var holds = true;
        for (var i = 0; i < 3; i++)
            await budget.BeginAsync(No, default);
        var ahead = budget.BeginAsync(() => holds, default).AsTask();
        Assert.False(ahead.IsCompleted);
        holds = false;
        budget.Release(0);
        await ahead;
    }

    [Fact]
    public async Task Wait_that_is_cancelled_takes_no_room_and_holds_nobody_up()
    {
        var budget = new ReadBudget(1, 4 * Page);
        using var cancelled = new CancellationTokenSource();
        await budget.BeginAsync(No, default);
        var second = budget.BeginAsync(No, cancelled.Token).AsTask();
        var third = budget.BeginAsync(No, default).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        budget.End(0);
        await third;
        budget.End(0);
        Assert.Equal((0, 0L), (budget.Reads, budget.Bytes));
    }

    [Fact]
    public async Task I7_no_order_of_reads_pages_and_cancellations_passes_the_bounds_or_leaves_anything_behind() =>
        await Gen.Select(Gen.Int[1, 5], Gen.Int[4, 8], Gen.Select(Gen.Int[0, 3], Gen.Bool, Gen.Long[0, Page]).List[0, 100]).SampleAsync(async (reads, pages, steps) =>
        {
            var budget = new ReadBudget(reads, pages * Page);
            var turns = new List<Task>();
            var cancels = new Queue<CancellationTokenSource>();
            var held = new Queue<long>();
            foreach (var (step, isAhead, bytes) in steps)
            {
                if (step == 0)
                {
                    cancels.Enqueue(new CancellationTokenSource());
                    turns.Add(budget.BeginAsync(isAhead ? Yes : No, cancels.Last().Token).AsTask());
                }
                else if (step == 1 && budget.Reads > 0)
                {
                    held.Enqueue(bytes);
                    budget.End(bytes);
                }
                else if (step == 2 && held.TryDequeue(out var given))
                {
                    budget.Release(given);
                }
                else if (step == 3 && cancels.TryDequeue(out var cancel))
                {
                    await cancel.CancelAsync();
                }

                Assert.InRange(budget.Reads, 0, reads);
                Assert.InRange(budget.Bytes, 0, pages * Page);
                Assert.Equal((budget.Reads * Page) + held.Sum(), budget.Bytes);
            }

            while (held.TryDequeue(out var given))
                budget.Release(given);
            while (budget.Reads > 0)
                budget.End(0);
            Assert.Equal(0, budget.Bytes);
            foreach (var turn in turns)
                await turn.ContinueWith(_ => { }, TaskScheduler.Default);
        });

    [Fact]
    public void I7_reader_reads_nothing_while_others_hold_all_there_is_and_says_so() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        for (var i = 0; i < 4; i++)
            await rig.Budget.BeginAsync(No, default);
        rig.Write(3);
        rig.Start();
        await world.PassAsync(29);
        Assert.Equal((0, null), (rig.Count(StreamsOperation.GetRecords), rig.Progress.Error));
        await world.PassAsync(2);
        Assert.Contains("MaximumBufferedMegabytes", rig.Progress.Error, StringComparison.Ordinal);
        for (var i = 0; i < 4; i++)
            rig.Budget.End(0);
        await rig.TakeUntilAsync(() => rig.Taken.Count == 3);
        Assert.Null(rig.Progress.Error);
        await rig.StopAsync();
        Assert.Equal((0, 0L), (rig.Budget.Reads, rig.Budget.Bytes));
    });

    [Fact]
    public void I7_reader_that_fails_or_is_stopped_gives_its_share_back() => World.Run(async world =>
    {
        using var rig = new ReaderRig(world);
        rig.Write(3);
        rig.Streams.FailNext(StreamsOperation.GetRecords, StreamFaults.Throttled, times: 3);
        rig.Start();
        await rig.TakeUntilAsync(() => rig.Taken.Count == 3);
        rig.Write(3);
        await world.UntilAsync(() => rig.HasPage, 60);
        Assert.InRange(rig.Budget.Bytes, 1, 2 * Page);
        await rig.StopAsync();
        Assert.Equal((0, 0L), (rig.Budget.Reads, rig.Budget.Bytes));
    });
}
