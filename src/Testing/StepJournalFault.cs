namespace StreamWorker.Testing;

/// <summary>How a call of <see cref="InMemoryStepJournal"/> fails.</summary>
/// <param name="Error">What the caller sees.</param>
/// <param name="IsApplied">Whether the call is done all the same: its reply is lost.</param>
public sealed record StepJournalFault(Exception Error, bool IsApplied)
{
    /// <summary>Makes the fault of a journal that does not answer, and to which the request did not come: nothing is done.</summary>
    /// <returns>The fault.</returns>
    public static StepJournalFault Unreachable() => new(new IOException("The step journal did not answer."), IsApplied: false);

    /// <summary>Makes the fault of a reply that is lost: the call is done, and the caller does not know.</summary>
    /// <returns>The fault.</returns>
    public static StepJournalFault ReplyLost() => new(new IOException("The step journal did not answer."), IsApplied: true);
}
