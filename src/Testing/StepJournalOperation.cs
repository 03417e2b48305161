namespace StreamWorker.Testing;

/// <summary>The operations of <see cref="InMemoryStepJournal"/>.</summary>
public enum StepJournalOperation
{
    /// <summary><see cref="Steps.IStepJournal.FindAsync"/>.</summary>
    Find,

    /// <summary><see cref="Steps.IStepJournal.RecordAsync"/>.</summary>
    Record,
}
