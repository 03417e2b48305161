using Microsoft.Extensions.Time.Testing;
using StreamWorker.Steps;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryStepJournalTests
{
    private static readonly StepKey s_step = new("search", "record", "index");

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entry_is_kept_for_48_hours_unless_said_otherwise_and_then_counts_as_never_made()
    {
        var journal = new InMemoryStepJournal(_time);
        await journal.RecordAsync(s_step, new StepEntry { LeaseEpoch = 4 }, Cancellation);

        _time.Advance(TimeSpan.FromHours(48) - TimeSpan.FromTicks(1));
        Assert.NotNull(await journal.FindAsync(s_step, Cancellation));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Null(await journal.FindAsync(s_step, Cancellation));
        Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(s_step, new StepEntry { LeaseEpoch = 3 }, Cancellation)).Outcome);
    }

    [Fact]
    public async Task Entries_grow_old_one_by_one()
    {
        var journal = new InMemoryStepJournal(_time, TimeSpan.FromMinutes(10));
        await journal.RecordAsync(s_step, new StepEntry(), Cancellation);
        _time.Advance(TimeSpan.FromMinutes(6));
        await journal.RecordAsync(s_step with { Name = "mail" }, new StepEntry(), Cancellation);
        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.Null(journal.Find(s_step));
        Assert.NotNull(journal.Find(s_step with { Name = "mail" }));
    }

    [Fact]
    public async Task Call_that_does_not_arrive_does_nothing()
    {
        var journal = new InMemoryStepJournal(_time) { OnCall = _ => StepJournalFault.Unreachable() };

        await Assert.ThrowsAsync<IOException>(async () => await journal.RecordAsync(s_step, new StepEntry(), Cancellation));

        Assert.Null(journal.Find(s_step));
        Assert.Equal([new StepJournalCall(StepJournalOperation.Record, s_step)], journal.Calls);
    }

    [Fact]
    public async Task Call_whose_reply_is_lost_is_done()
    {
        var journal = new InMemoryStepJournal(_time) { OnCall = call => call.Operation == StepJournalOperation.Record ? StepJournalFault.ReplyLost() : null };

        await Assert.ThrowsAsync<IOException>(async () => await journal.RecordAsync(s_step, new StepEntry(), Cancellation));

        Assert.NotNull(await journal.FindAsync(s_step, Cancellation));
    }
}
