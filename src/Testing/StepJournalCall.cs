using StreamWorker.Steps;

namespace StreamWorker.Testing;

/// <summary>One call of <see cref="InMemoryStepJournal"/>, as its hook and its call log see it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Step">The step.</param>
public sealed record StepJournalCall(StepJournalOperation Operation, StepKey Step);
