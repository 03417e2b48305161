using System.Globalization;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Worker.Commands.Redrive;

/// <summary>Words what is in a failure destination and what becomes of it.</summary>
internal static class RedriveText
{
    private const int LongestError = 120;

    /// <summary>One line about a batch.</summary>
    public static string Line(ArchivedBatch batch) => batch.Notice is { } notice
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{batch.Id}\n  {notice.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}  {Count(notice.Count, "record")} of {notice.Stream.TableName}  {Owner(notice)}  {notice.Condition}  {Place(notice)}{Error(notice.Error)}")
        : $"{batch.Id}\n  cannot be read: {batch.Fault}";

    /// <summary>What became of a batch.</summary>
    public static string Line(RedriveResult result, bool isDryRun)
    {
        var place = result.Batch.Notice is { } notice ? $"{notice.Stream.TableName} {Place(notice)}" : result.Batch.Id;
        return result.Outcome switch
        {
            RedriveOutcome.Delivered when isDryRun => $"would deliver {Count(result.Delivered, "record")} of {place}",
            RedriveOutcome.Delivered => $"delivered {Count(result.Delivered, "record")} of {place}",
            RedriveOutcome.Stale => $"skipped {place}: {result.Reason}. It stays (--allow-stale delivers them all the same)",
            RedriveOutcome.Unwanted => $"skipped {place}: {result.Reason}. It stays",
            _ => $"FAILED {place} ({result.Batch.Id}): {result.Reason} It stays",
        };
    }

    public static string Summary(IReadOnlyCollection<RedriveResult> results, bool isDryRun)
    {
        var parts = new List<string>
        {
            $"{Count(results.Count(result => result.Outcome == RedriveOutcome.Delivered), "batch", "batches")} {(isDryRun ? "would be delivered" : "delivered")} ({Count(results.Sum(result => result.Delivered), "record")})",
        };
        if (results.Count(result => result.Outcome is RedriveOutcome.Stale or RedriveOutcome.Unwanted) is > 0 and var skipped)
            parts.Add($"{skipped} skipped ({Count(results.Sum(result => result.Stale), "stale record")})");
        if (results.Count(result => result.IsFailure) is > 0 and var failed)
            parts.Add($"{failed} FAILED");
        return string.Join(", ", parts);
    }

    public static string Count(int number, string what, string? plural = null) => string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? what : plural ?? $"{what}s")}");

    private static string Owner(DiscardNotice notice) => notice.Consumer ?? notice.FunctionArn;

    private static string Place(DiscardNotice notice) => $"{notice.ShardId} {notice.First}{(notice.Last == notice.First ? "" : $"..{notice.Last}")}";

    private static string Error(string? error)
    {
        if (string.IsNullOrEmpty(error))
            return "";
        var line = error.ReplaceLineEndings(" ");
        return $"\n  {(line.Length > LongestError ? $"{line[..LongestError]}…" : line)}";
    }
}
