using StreamWorker.Steps;

namespace StreamWorker.Testing;

/// <summary>A step journal in memory, with faults on demand.</summary>
/// <remarks>Safe for use by several threads: one lock guards all of it, and every operation is one step under it. Hooks run outside of the lock. Every operation completes synchronously.</remarks>
public sealed class InMemoryStepJournal : IStepJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Consumer, string Record), Dictionary<string, Row>> _records = [];
    private readonly List<StepJournalCall> _calls = [];
    private readonly TimeProvider _time;
    private readonly TimeSpan _retention;

    /// <summary>Makes an empty journal.</summary>
    /// <param name="time">The clock by which entries grow old.</param>
    /// <param name="retention">How long an entry is kept; null for 48 hours, the least that a journal promises.</param>
    public InMemoryStepJournal(TimeProvider time, TimeSpan? retention = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _retention = retention ?? TimeSpan.FromHours(48);
    }

    /// <summary>Gets or sets what is asked at each operation: a fault fails the call, before or after it is done; null lets it succeed.</summary>
    /// <value>The default is null: no call fails.</value>
    public Func<StepJournalCall, StepJournalFault?>? OnCall { get; set; }

    /// <summary>Gets every call that was made, the failed ones included, in order.</summary>
    public IReadOnlyList<StepJournalCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    /// <summary>Looks a step up without being a call.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Its entry, or null.</returns>
    public StepEntry? Find(StepKey step)
    {
        ArgumentNullException.ThrowIfNull(step);
        lock (_lock)
            return EntriesOf(step).GetValueOrDefault(step.Name)?.Entry;
    }

    /// <inheritdoc/>
    public ValueTask<StepEntry?> FindAsync(StepKey step, CancellationToken cancellationToken) =>
        Call(new StepJournalCall(StepJournalOperation.Find, step), () => Find(step), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StepRecording> RecordAsync(StepKey step, StepEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Call(new StepJournalCall(StepJournalOperation.Record, step), () => Record(step, entry), cancellationToken);
    }

    private StepRecording Record(StepKey step, StepEntry entry)
    {
        lock (_lock)
        {
            var entries = EntriesOf(step);
            if (entries.TryGetValue(step.Name, out var first))
                return new StepRecording(StepRecordingOutcome.AlreadyRecorded, first.Entry);
            if (entries.Values.Any(row => row.Entry.LeaseEpoch > entry.LeaseEpoch))
                return new StepRecording(StepRecordingOutcome.Fenced, null);
            // The caller may go on using its bytes.
            var own = new StepEntry { Result = entry.Result.ToArray(), LeaseEpoch = entry.LeaseEpoch };
            entries.Add(step.Name, new Row(own, _time.GetUtcNow() + _retention));
            _records[(step.Consumer, step.Record)] = entries;
            return new StepRecording(StepRecordingOutcome.Recorded, own);
        }
    }

    /// <summary>Gives the entries of a step's record that are not too old.</summary>
    private Dictionary<string, Row> EntriesOf(StepKey step)
    {
        if (!_records.TryGetValue((step.Consumer, step.Record), out var entries))
            return [];
        var now = _time.GetUtcNow();
        foreach (var (name, row) in entries)
        {
            if (row.ExpiresAt <= now)
                entries.Remove(name);
        }

        return entries;
    }

    private ValueTask<T> Call<T>(StepJournalCall call, Func<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call.Step);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        lock (_lock)
            _calls.Add(call);
        var fault = OnCall?.Invoke(call);
        if (fault is { IsApplied: false })
            return ValueTask.FromException<T>(fault.Error);
        var result = work();
        return fault is null ? new ValueTask<T>(result) : ValueTask.FromException<T>(fault.Error);
    }

    private sealed record Row(StepEntry Entry, DateTimeOffset ExpiresAt);
}
