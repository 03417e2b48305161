using System.Globalization;
using System.Text;

namespace StreamWorker.Consumer.Tests;

/// <summary>Tumbling windows in a delivery: T1 to T8. The world begins at a full minute; windows are a minute long.</summary>
public sealed class WindowDeliveryTests
{
    private readonly ScriptedDestination _destination = new();

    [Fact]
    public void T2_T4_records_are_counted_in_the_window_of_their_time_and_the_state_goes_from_call_to_call() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 2);
        Count(rig);
        rig.Read(At(1, 0), At(2, 20), At(3, 59), At(4, 60), At(5, 61), At(6, 150));
        rig.EndShard();
        Assert.Equal(DeliveryEnd.ShardEnd, await rig.RunAsync());
        // T7: the end of the shard ends the window that is open.
        Assert.Equal(["0-60 1,2 {}", "0-60 3 2 final", "60-120 4,5 {} final", "120-180 6 {}", "120-180  1 final"], Calls(rig));
        Assert.Equal(6, rig.Sink.Positions[^1]);
        Assert.Empty(rig.Sink.Memos[^1]);
    });

    [Fact]
    public void T6_window_of_a_quiet_shard_ends_by_time_with_a_final_call_without_records() => World.Run(async world =>
    {
        using var rig = Rig(world);
        Count(rig);
        rig.Read(At(1, 5));
        var running = await rig.StartAsync(() => rig.Batches.Count == 1);
        await world.PassAsync(120);
        Assert.Equal(["0-60 1 {}"], Calls(rig));
        // Not before all was read that the window can have.
        rig.CaughtUpAt = world.Clock.GetUtcNow();
        await world.UntilAsync(() => rig.Batches.Count == 2);
        Assert.Equal(["0-60 1 {}", "0-60  1 final"], Calls(rig));
        rig.Stop();
        await running;
    });

    [Fact]
    public void T3_call_that_gives_no_state_has_failed() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 1, configure: options => options with { MaximumRetries = 1 });
        rig.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(1) ? BatchResult.Succeeded : BatchResult.Succeeded.WithState("{}"u8.ToArray()));
        rig.Read(At(1, 0), At(2, 1), At(3, 70));
        rig.EndShard();
        await rig.RunAsync();
        // T8: given up like any other, and the window goes on without it.
        Assert.Equal("[1] RetryAttemptsExhausted after 2, unhandled", Assert.Single(_destination.Batches).ToString());
        Assert.Equal(["0-60 1 {}", "0-60 1 {}", "0-60 2 {} final", "60-120 3 {}", "60-120  {} final"], Calls(rig));
    });

    [Fact]
    public void T3_partial_answer_keeps_the_state_that_it_gives_behind_the_last_finished_record() => World.Run(async world =>
    {
        using var rig = Rig(world);
        Count(rig, failsOnce: 2);
        rig.Read(At(1, 0), At(2, 1), At(3, 2));
        var running = await rig.StartAsync(() => rig.Batches.Count == 2);
        Assert.Equal(["0-60 1,2,3 {}", "0-60 2,3 1"], Calls(rig));
        rig.Stop();
        await running;
        Assert.Equal(3, rig.Sink.Positions[^1]);
        Assert.EndsWith("3", Encoding.UTF8.GetString(rig.Sink.Memos[^1]), StringComparison.Ordinal);
    });

    [Fact]
    public void T5_state_of_more_than_1_MB_ends_the_window_early() => World.Run(async world =>
    {
        using var rig = Rig(world, batchSize: 1);
        var tooLong = new byte[BatchWindow.MaximumStateLength + 1];
        rig.Processor.OnBatch = (call, _) => new(BatchResult.Succeeded.WithState(call.Numbers.Contains(1) ? tooLong : "7"u8.ToArray()));
        rig.Read(At(1, 0), At(2, 1));
        rig.EndShard();
        await rig.RunAsync();
        var windows = rig.Processor.Calls.Select(call => (call.Numbers.Count, call.Context.Window!.IsFinalInvokeForWindow, call.Context.Window.IsWindowTerminatedEarly, call.Context.Window.State.Length)).ToList();
        Assert.Equal([(1, false, false, 2), (0, true, true, tooLong.Length), (1, false, false, 2), (0, true, false, 1)], windows);
    });

    [Fact]
    public void State_is_kept_with_the_checkpoint_and_found_again_by_who_goes_on() => World.Run(async world =>
    {
        byte[] memo;
        using (var first = Rig(world))
        {
            Count(first);
            first.Read(At(1, 0), At(2, 1));
            var running = await first.StartAsync(() => first.Sink.Stored.Count == 1);
            memo = first.Sink.Memos[^1];
            first.Stop();
            await running;
        }

        using var second = Rig(world, kept: memo);
        Count(second);
        second.Read(At(3, 2), At(4, 60));
        second.EndShard();
        await second.RunAsync();
        Assert.Equal(["0-60 3 2 final", "60-120 4 {}", "60-120  1 final"], Calls(second));
    });

    [Fact]
    public void T6_final_call_that_fails_blocks_the_shard() => World.Run(async world =>
    {
        using var rig = Rig(world);
        var fails = 4;
        rig.Processor.OnBatch = (call, _) => new(call.Context.Window!.IsFinalInvokeForWindow && fails-- > 0 ? BatchResult.Failed(new InvalidOperationException("no")) : BatchResult.Succeeded.WithState("{}"u8.ToArray()));
        rig.Read(At(1, 0), At(2, 60));
        rig.EndShard();
        await rig.RunAsync();
        Assert.Equal(["0-60 1 {} final", "0-60 1 {} final", "0-60 1 {} final", "0-60 1 {} final", "0-60 1 {} final", "60-120 2 {} final"], Calls(rig));
    });

    private static string At(long number, int second) => Pages.Json(number, age: -second);

    /// <summary>Has the handler count the records of a window: the state is the count.</summary>
    private static void Count(DeliveryRig rig, long failsOnce = 0) => rig.Processor.OnBatch = (call, _) =>
    {
        var state = Encoding.UTF8.GetString(call.Context.Window!.State.Span);
        var before = state == "{}" ? 0 : int.Parse(state, CultureInfo.InvariantCulture);
        var failsAt = failsOnce > 0 && rig.Batches.Count == 1 ? call.Numbers.ToList().IndexOf(failsOnce) : call.Numbers.Count;
        var result = failsAt == call.Numbers.Count ? BatchResult.Succeeded : call.FailAt(failsOnce);
        return new(result.WithState(Encoding.UTF8.GetBytes((before + failsAt).ToString(CultureInfo.InvariantCulture))));
    };

    private static IReadOnlyList<string> Calls(DeliveryRig rig) =>
    [
        .. rig.Processor.Calls.Select(call =>
        {
            var window = call.Context.Window!;
            var start = (window.Start - new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)).TotalSeconds;
            return $"{start}-{start + (window.End - window.Start).TotalSeconds} {string.Join(',', call.Numbers)} {Encoding.UTF8.GetString(window.State.Span)}{(window.IsFinalInvokeForWindow ? " final" : "")}";
        }),
    ];

    private DeliveryRig Rig(World world, int batchSize = 100, Func<DeliveryOptions, DeliveryOptions>? configure = null, ReadOnlyMemory<byte> kept = default) =>
        new(world, batchSize, configure: options => (configure ?? (same => same))(options with { TumblingWindow = TimeSpan.FromMinutes(1) }), destination: _destination, kept: kept);
}
