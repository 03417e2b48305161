using StreamWorker.Contracts;
using StreamWorker.Steps;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryStepJournalContractTests : StepJournalContract
{
    protected override ValueTask<IStepJournal> OpenJournalAsync() => new(new InMemoryStepJournal(TimeProvider.System));
}
