using CsCheck;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>Views remember nothing, so threads that read one record see what a single one sees.</summary>
public sealed class ConcurrentReadTests
{
    private static readonly Func<StreamRecord, string>[] s_reads =
    [
        record => record.NewImage!.ToString(),
        record => string.Join(',', record.NewImage!.Select(member => $"{member.Value.Path}={member.Value}")),
        record => string.Join(',', record.OldImage!.ToDictionary().Keys),
        record => string.Join(',', record.GetChanges()),
        record => record.HasChanged("a").ToString(),
        record => record.OldImage!.To(TypedObjectTests.TestJson.Default.JsonElement).GetRawText(),
        record => Assert.Throws<RecordFormatException>(() => record.NewImage!.GetString("there is no such name")).Message,
        record => $"{record.EventId} {record.EventName} {record.SequenceNumber} {record.Keys} {record.Detach().NewImage}",
    ];

    [Fact]
    public void Any_record_is_read_alike_by_several_threads() => Gen.Select(TypedValue.Items, TypedValue.Items).Sample(
        (before, after) =>
        {
            static string Json(TypedValue.Map map) => TypedValue.Write(writer => map.WriteMembers(writer, (value, w) => value.WriteTyped(w)), isEscaped: true);
            var record = Records.WithChange($"\"Keys\":{{}},\"OldImage\":{Json(before)},\"NewImage\":{Json(after)}");
            var alone = s_reads.Select(read => read(record)).ToArray();

            Parallel.For(0, 8 * s_reads.Length, i => Assert.Equal(alone[i % s_reads.Length], s_reads[i % s_reads.Length](record)));
        },
        iter: Effort.Of(100),
        threads: 1);
}
