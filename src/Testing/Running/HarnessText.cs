using System.Globalization;
using System.Text;

namespace StreamWorker.Testing.Running;

/// <summary>What a harness says when things do not go as a test wants.</summary>
internal static class HarnessText
{
    private const int MostRecords = 5;

    /// <summary>Says which records failed as often as they are tried.</summary>
    public static string Failed(IReadOnlyList<DeliveredRecord> failed, int waiting)
    {
        var text = new StringBuilder();
        text.Append(Count(failed.Count, "record")).Append(" failed at every attempt");
        if (waiting > 0)
            text.Append(CultureInfo.InvariantCulture, $", and {Count(waiting, "record")} behind wait");
        text.Append(':');
        foreach (var record in failed.Take(MostRecords))
            text.Append(CultureInfo.InvariantCulture, $"\n  {record}: {Count(record.Attempts, "attempt")}, the last with {Error(record.LastError)}");
        if (failed.Count > MostRecords)
            text.Append(CultureInfo.InvariantCulture, $"\n  and {failed.Count - MostRecords} more");
        return text.Append("\nWhere a test expects that, SettleAsync returns and StreamHarness.Failed lists them.").ToString();
    }

    /// <summary>Says what was going on when the caller had enough.</summary>
    public static string Cancelled(HarnessWorld world, DrainWatch? watch, string what)
    {
        var text = new StringBuilder($"{what} was cancelled ");
        var open = world.Log.Open;
        if (open.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"while {(open.Count == 1 ? "a batch was" : $"{open.Count} batches were")} with the consumer:");
            foreach (var batch in open.Take(MostRecords))
                text.Append("\n  ").Append(Describe(batch));
            return text.Append('\n').Append(world.Pump.IsRunning
                ? "A handler keeps its thread: it computes, or it blocks until a task has ended that needs this thread. With StreamHarnessOptions.RunHandlersOnThreadPool it may block."
                : "Time stands still while a handler waits for anything but the harness's clock. A time-out on that clock is reached with AdvanceAsync.").ToString();
        }

        if (watch is null)
            return text.Append("before it was done.").ToString();
        var left = watch.State.GoingOn.Concat(watch.State.HeldUp).ToList();
        return text.Append(CultureInfo.InvariantCulture, $"before everything was handled; not finished: {string.Join(", ", left.Select(shard => shard.Shard))}").ToString();
    }

    /// <summary>Says that nothing happens any more.</summary>
    public static string Stuck(TimeSpan quiet, HarnessWorld world, HarnessWorker worker, DrainState state, InMemoryTable table)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Nothing has happened for {quiet:hh\\:mm\\:ss} of the harness's time, and not everything is handled:");
        foreach (var shard in state.GoingOn.Take(MostRecords))
        {
            var finished = world.Log.Progress(shard.Shard).Finished;
            var left = table.Records.Count(record => record.Shard == shard.Shard && (finished is not { } last || record.SequenceNumber > last));
            text.Append(CultureInfo.InvariantCulture, $"\n  {shard.Shard}: {(left > 0 ? $"{Count(left, "record")} not handled" : "its position is not stored")}");
        }

        return text.Append(Trouble(worker)).ToString();
    }

    /// <summary>Says that a worker does not get ready.</summary>
    public static string NotReady(TimeSpan quiet, HarnessWorker worker) =>
        $"Nothing has happened for {quiet:hh\\:mm\\:ss} of the harness's time, and the worker is not ready.{Trouble(worker)}";

    /// <summary>Says which batches were still with the consumer when everything was over.</summary>
    public static string NotEnded(IEnumerable<OpenBatch> open) =>
        $"The harness ended, and handlers that were told to stop did not:{string.Concat(open.Take(MostRecords).Select(batch => $"\n  {Describe(batch)}"))}";

    private static string Describe(OpenBatch batch)
    {
        var left = batch.Left;
        var first = left.Count > 0 ? left[0] : batch.Records[0];
        var text = new StringBuilder($"{first}");
        if (left.Count > 1)
            text.Append(CultureInfo.InvariantCulture, $" and {left.Count - 1} more");
        return text.Append(CultureInfo.InvariantCulture, $", attempt {batch.Context.Attempt}").ToString();
    }

    private static string Trouble(HarnessWorker worker)
    {
        var errors = worker.Host.GetReadiness().Where(finding => !finding.IsHealthy).Select(finding => $"{finding.Name}: {finding.Description}")
            .Concat(worker.Host.GetStatus().Consumers.SelectMany(consumer => consumer.Shards).Where(shard => shard.LastError is not null).Select(shard => $"{shard.Shard}: {shard.LastError}"));
        return string.Concat(errors.Distinct(StringComparer.Ordinal).Select(error => $"\n  {error}"));
    }

    private static string Error(Exception? error) => error is null ? "no error given" : $"{error.GetType().Name}: {error.Message}";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : string.Create(CultureInfo.InvariantCulture, $"{count} {what}s");
}
