using System.Text;
using CsCheck;

namespace StreamWorker.Consumer.Tests;

/// <summary>Which records behind the checkpoint are finished is kept with it, so that they are not delivered again after a stop, a crash or a hand-over.</summary>
public sealed class FinishedMemoTests
{
    [Fact]
    public void Who_goes_on_behind_a_held_record_delivers_nothing_again_that_was_finished() => World.Run(async world =>
    {
        byte[] memo;
        using (var first = Rig(world))
        {
            first.Processor.OnBatch = (call, _) => new(call.Numbers.Contains(2) ? call.FailAt(2) : BatchResult.Succeeded);
            first.Read(Enumerable.Range(1, 8).Select(number => Pages.Json(number, $"i{number}")));
            var running = await first.StartAsync(() => first.Progress.State.Handled == 7);
            first.Stop();
            await running;
            Assert.Equal(1, first.Sink.Positions[^1]);
            memo = first.Sink.Memos[^1];
        }

        using var second = Rig(world, memo);
        second.Read(Enumerable.Range(2, 10).Select(number => Pages.Json(number, $"i{number}")));
        second.EndShard();
        await second.RunAsync();
        Assert.Equal([[2, 9, 10, 11]], second.Batches);
        Assert.Equal(11, second.Sink.Positions[^1]);
        Assert.Empty(second.Sink.Memos[^1]);
    });

    [Fact]
    public void What_was_finished_before_and_is_not_read_again_yet_stays_in_the_memo() => World.Run(async world =>
    {
        var rows = new[] { (Pages.Number(3), Pages.Number(4)), (Pages.Number(7), Pages.Number(9)) };
        using var rig = Rig(world, FinishedMemo.Write(rows));
        rig.Processor.OnBatch = (call, _) => new(call.FailAt(2));
        rig.Read(Enumerable.Range(1, 4).Select(number => Pages.Json(number, $"i{number}")));
        var running = await rig.StartAsync(() => rig.Sink.Stored.Count > 0);
        rig.Stop();
        await running;
        Assert.Equal(rows, FinishedMemo.Read(rig.Sink.Memos[^1]));
    });

    [Fact]
    public void Memo_gives_back_its_rows_as_far_as_there_is_room() =>
        Gen.Long[1, 1_000_000].Array[0, 300].Sample(numbers =>
        {
            var rows = numbers.Distinct().Order().Chunk(2).Where(pair => pair.Length == 2).Select(pair => (Pages.Number(pair[0]), Pages.Number(pair[1]))).ToList();
            var memo = FinishedMemo.Write(rows);
            var back = FinishedMemo.Read(memo);
            Assert.InRange(memo.Length, 0, 4_000);
            Assert.Equal(rows.Take(back.Count), back);
            Assert.True(back.Count == rows.Count || memo.Length > 3_900);
        });

    [Fact]
    public void Memo_of_another_kind_has_no_rows_and_a_damaged_one_is_refused()
    {
        Assert.Empty(FinishedMemo.Read(ReadOnlyMemory<byte>.Empty));
        Assert.Empty(FinishedMemo.Read("W..."u8.ToArray()));
        Assert.Contains("'9-7'", Assert.Throws<FormatException>(() => FinishedMemo.Read(Encoding.ASCII.GetBytes("F1:1-2,9-7,"))).Message, StringComparison.Ordinal);
    }

    private static DeliveryRig Rig(World world, ReadOnlyMemory<byte> kept = default) => new(world, configure: options => options with { Isolates = true }, kept: kept);
}
