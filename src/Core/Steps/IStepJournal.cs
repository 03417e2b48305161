namespace StreamWorker.Steps;

/// <summary>Remembers which steps of which records are done, beyond a crash, a retry and a move of the shard to another worker.</summary>
/// <remarks>
/// <para>
/// An entry is written once and never changed: whoever records a step that is recorded already is told what the first one wrote. An entry is kept for at least
/// 48 hours, twice as long as a stream keeps its records, and may be gone later; a step whose entry is gone counts as never done.
/// </para>
/// <para>
/// Entries of one record are fenced by the epochs of the leases under which they were written: an epoch lower than one already written for the record is refused.
/// That keeps a worker that has lost its shard without knowing it from adding to what its successor has begun. It cannot take back what that worker has already done outside.
/// </para>
/// <para>An operation that fails may have been done all the same. Used from several threads.</para>
/// </remarks>
public interface IStepJournal
{
    /// <summary>Looks for a step's entry.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The entry, also one that was recorded a moment ago by another worker; null when the step has none.</returns>
    ValueTask<StepEntry?> FindAsync(StepKey step, CancellationToken cancellationToken);

    /// <summary>Records that a step is done, unless it is recorded already or a newer lease has recorded steps of its record.</summary>
    /// <param name="step">The step.</param>
    /// <param name="entry">What to record.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What became of it. An entry that is recorded is not lost, whatever happens to this process.</returns>
    ValueTask<StepRecording> RecordAsync(StepKey step, StepEntry entry, CancellationToken cancellationToken);
}
