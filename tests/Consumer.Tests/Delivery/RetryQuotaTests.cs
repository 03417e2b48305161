using System.Text;

namespace StreamWorker.Consumer.Tests;

/// <summary>What the <c>Lambda</c> policy makes of failures: R1 to R13, B1 to B15, X1 to X9.</summary>
public sealed class RetryQuotaTests
{
    private static readonly BatchResult Thrown = BatchResult.Failed(new InvalidOperationException("no"));

    private readonly ScriptedDestination _destination = new();

    [Fact]
    public void V1_R3_D3_quota_of_1_is_2_calls_and_then_the_record_goes_to_the_destination() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 1 }, batchSize: 1);
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 1 ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 2);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        Assert.Equal([[1], [1], [2]], rig.Batches);
        Assert.Equal(["[1] RetryAttemptsExhausted after 2, unhandled"], Given());
        Assert.Equal(2, rig.Sink.Positions[^1]);
        Assert.Equal((1, 0), (rig.Progress.State.Discarded, rig.Progress.State.Dropped));
    });

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":123}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"foo":123}]}""")]
    [InlineData("""{"batchItemFailures":[{"foo":null}]}""")]
    public void V2_B3_answer_that_names_no_record_is_4_calls_with_a_quota_of_3_and_no_function_error(string answer) => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 3 });
        rig.Processor.OnBatch = (_, _) => new(BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out _));
        rig.Read(1, 3);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(4, rig.Batches.Count);
        Assert.Equal(["[1, 2, 3] RetryAttemptsExhausted after 4"], Given());
    });

    [Fact]
    public void V3_B15_exception_is_4_calls_with_a_quota_of_3_and_a_function_error() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 3 });
        rig.Processor.OnBatch = (_, _) => throw new InvalidOperationException("no");
        rig.Read(1, 1);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(4, rig.Batches.Count);
        Assert.Equal(["[1] RetryAttemptsExhausted after 4, unhandled"], Given());
    });

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"batchItemFailures":null}""")]
    public void V4_B2_empty_answers_are_success_and_move_the_position(string answer) => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 3 });
        rig.Processor.OnBatch = (_, _) => new(BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out _));
        rig.Read(1, 2);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Single(rig.Batches);
        Assert.Equal([2], rig.Sink.Positions);
    });

    [Fact]
    public void V6_B8_B10_last_record_of_three_that_is_always_reported_is_seen_5_times_with_a_quota_of_3() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 3 }, batchSize: 3);
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(3) ? call.FailAt(3) : BatchResult.Succeeded);
        rig.Read(1, 3);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3], [3], [3], [3], [3]], rig.Batches);
        Assert.Equal(["[3] RetryAttemptsExhausted after 4"], Given());
    });

    [Fact]
    public void V7_B7_S58_retry_begins_at_the_numerically_lowest_of_numbers_with_21_and_23_digits() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options);
        var low = Pages.Json(1).Replace(1L.ToString("D21"), "999999999999999999998", StringComparison.Ordinal);
        var high = Pages.Json(2).Replace(2L.ToString("D21"), "10000000000000000000001", StringComparison.Ordinal);
        var higher = Pages.Json(3).Replace(3L.ToString("D21"), "10000000000000000000002", StringComparison.Ordinal);
        var seen = new List<IReadOnlyList<string>>();
        rig.Processor.OnRecords = records => seen.Add([.. records.Select(record => record.SequenceNumber.ToString())]);
        rig.Processor.OnBatch = (call, _) => new(seen.Count == 1 ? BatchResult.PartlyFailed([BatchItemFailure.Of(call.Records[2]), BatchItemFailure.Of(call.Records[0])]) : BatchResult.Succeeded);
        rig.Read(low, high, higher);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(2, seen.Count);
        Assert.Equal(seen[0], seen[1]);
    });

    [Fact]
    public void B11_what_is_given_up_is_the_rest_of_the_batch_with_records_that_were_not_reported() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 0 });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(2) ? call.FailAt(2) : BatchResult.Succeeded);
        rig.Read(1, 4);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4], [2, 3, 4]], rig.Batches);
        Assert.Equal(["[2, 3, 4] RetryAttemptsExhausted after 1"], Given());
    });

    [Fact]
    public void V31_R1_50_calls_that_never_reach_the_handler_give_nothing_up_with_a_quota_of_0() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 0 });
        rig.Processor.OnBatch = (_, _) => new(rig.Batches.Count <= 50 ? BatchResult.NotInvoked(new HttpRequestException("refused")) : BatchResult.Succeeded);
        rig.Read(1, 2);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(51, rig.Batches.Count);
        Assert.Empty(_destination.Batches);
    });

    [Fact]
    public void V29_X1_X6_bisecting_8_records_with_the_sixth_poison_gives_up_that_one_alone() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 0, Bisects = true });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(6) ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 8);
        rig.EndShard();
        await rig.RunAsync();
        // X4, X5: the larger half first, the second one when the first is done.
        Assert.Equal([[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6], [5], [6], [7, 8]], rig.Batches);
        Assert.Equal(["[6] RetryAttemptsExhausted after 1, unhandled"], Given());
        Assert.Equal(8, rig.Sink.Positions[^1]);
    });

    [Fact]
    public void X2_X3_halving_does_not_use_up_the_quota_and_each_half_counts_anew() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 2, Bisects = true });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(2) ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 2);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2], [1], [2], [2], [2]], rig.Batches);
        Assert.Equal([1, 1, 1, 2, 3], rig.Processor.Calls.Select(call => call.Attempt));
    });

    [Fact]
    public void X9_what_was_handled_before_a_failing_half_is_stored_and_not_delivered_again() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { Bisects = true }, checkpointSeconds: 60);
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(4) ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 4);
        var running = await rig.StartAsync(() => rig.Batches.Count > 6);
        rig.Stop();
        await running;
        Assert.Equal(3, rig.Sink.Positions[^1]);
        Assert.Equal([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4], [4]], rig.Batches.Take(6));
    });

    [Fact]
    public void V30_X7_partial_answer_is_cut_at_the_reported_record_and_not_halved() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { Bisects = true });
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count == 1 ? call.FailAt(3) : BatchResult.Succeeded);
        rig.Read(1, 8);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4, 5, 6, 7, 8], [3, 4, 5, 6, 7, 8]], rig.Batches);
    });

    [Fact]
    public void X8_call_that_fails_as_a_whole_is_halved_also_after_a_partial_answer() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { Bisects = true });
        rig.Processor.OnBatch = (call, _) => new(rig.Batches.Count switch { 1 => call.FailAt(3), 2 => Thrown, _ => BatchResult.Succeeded });
        rig.Read(1, 6);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4, 5, 6], [3, 4, 5, 6], [3, 4], [5, 6]], rig.Batches);
    });

    [Fact]
    public void Fixture_63_poison_without_a_name_among_1000_is_found_in_10_halvings_and_every_other_record_is_in_one_call_that_succeeds() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 0, Bisects = true }, batchSize: 1000);
        var succeeded = new List<long>();
        var failed = 0;
        rig.Processor.OnBatch = (call, _) =>
        {
            if (call.Numbers.Contains(617))
            {
                failed++;
                return new(Thrown);
            }

            succeeded.AddRange(call.Numbers);
            return new(BatchResult.Succeeded);
        };
        rig.Read(1, 1000);
        rig.EndShard();
        await rig.RunAsync();
        Assert.InRange(failed, 1, 11);
        Assert.Equal(Enumerable.Range(1, 1000).Select(number => (long)number).Where(number => number != 617), succeeded);
        Assert.Equal(["[617] RetryAttemptsExhausted after 1, unhandled"], Given());
    });

    [Fact]
    public void Fixture_64_handler_that_throws_once_skips_nothing() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 5 });
        rig.Processor.OnBatch = (_, _) => rig.Batches.Count == 1 ? throw new InvalidOperationException("once") : new(BatchResult.Succeeded);
        rig.Read(1, 4);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1, 2, 3, 4], [1, 2, 3, 4]], rig.Batches);
        Assert.Equal([4], rig.Sink.Positions);
    });

    [Fact]
    public void V36_R13_destination_that_is_down_blocks_what_is_given_up_and_nothing_is_skipped() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 0 }, batchSize: 1);
        _destination.IsDown = () => rig.Now < TimeSpan.FromSeconds(30);
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 1 ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 2);
        var running = await rig.StartAsync(() => _destination.Calls == 3);
        Assert.Equal([[1]], rig.Batches);
        Assert.Empty(rig.Sink.Stored);
        Assert.Contains("failure destination cannot be reached", rig.Progress.State.Error, StringComparison.Ordinal);
        rig.EndShard();
        await running;
        Assert.Equal([[1], [2]], rig.Batches);
        Assert.Equal(["[1] RetryAttemptsExhausted after 1, unhandled"], Given());
        Assert.Null(rig.Progress.State.Error);
    });

    [Fact]
    public void V36_R13_destination_that_is_down_loses_what_is_given_up_where_that_is_chosen_and_counts_it() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 0, DiscardsUndelivered = true }, batchSize: 1);
        _destination.IsDown = () => true;
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 1 ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 2);
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal([[1], [2]], rig.Batches);
        Assert.Equal((0, 1), (rig.Progress.State.Discarded, rig.Progress.State.Dropped));
        Assert.Contains(rig.Log.Collector.GetSnapshot(), entry => entry.Level == LogLevel.Critical && entry.Id == 3008);
    });

    [Fact]
    public void Fixture_61_stop_while_the_destination_is_down_leaves_the_record_for_the_next_owner() => World.Run(async world =>
    {
        using var rig = Rig(world, options => options with { MaximumRetries = 0 }, batchSize: 1);
        _destination.IsDown = () => true;
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 2 ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 3);
        var running = await rig.StartAsync(() => _destination.Calls == 3);
        rig.Stop();
        Assert.Equal(DeliveryEnd.Stopped, await running);
        Assert.Equal([1], rig.Sink.Positions);
        Assert.Equal(0, rig.Pages.Open);
    });

    [Fact]
    public void R7_what_is_given_up_without_a_destination_is_said_at_level_Critical_and_the_shard_goes_on() => World.Run(async world =>
    {
        using var rig = new DeliveryRig(world, batchSize: 1, configure: options => options with { MaximumRetries = 0 });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers[0] == 1 ? Thrown : BatchResult.Succeeded);
        rig.Read(1, 2);
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        Assert.Equal((1, 0, 1), (rig.Progress.State.Dropped, rig.Progress.State.Discarded, rig.Progress.State.Handled));
        Assert.Contains(rig.Log.Collector.GetSnapshot(), entry => entry.Level == LogLevel.Critical && entry.Id == 3008 && entry.Message.Contains("there is no failure destination", StringComparison.Ordinal));
    });

    private DeliveryRig Rig(World world, Func<DeliveryOptions, DeliveryOptions> configure, int batchSize = 100, double checkpointSeconds = 0) =>
        new(world, batchSize, checkpointSeconds, configure: configure, destination: _destination);

    private IReadOnlyList<string> Given() => [.. _destination.Batches.Select(batch => batch.ToString())];
}
