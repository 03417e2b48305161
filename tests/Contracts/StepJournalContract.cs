using StreamWorker.Steps;

namespace StreamWorker.Contracts;

/// <summary>What every step journal keeps of the promises of <see cref="IStepJournal"/>. Each test works on records of its own, so that all may share a journal.</summary>
public abstract class StepJournalContract
{
    private readonly string _record = $"arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/2026-01-31T12:00:00.000/{Guid.NewGuid():N}";

    /// <summary>Gives a journal that is ready.</summary>
    protected abstract ValueTask<IStepJournal> OpenJournalAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StepKey Step(string name = "index") => new("search", _record, name);

    private static StepEntry Entry(string result = "", long? epoch = null) => new() { Result = System.Text.Encoding.UTF8.GetBytes(result), LeaseEpoch = epoch };

    private static string Text(StepEntry? entry) => System.Text.Encoding.UTF8.GetString(entry!.Result.Span);

    [Fact]
    public async Task Step_that_was_never_recorded_has_no_entry()
    {
        var journal = await OpenJournalAsync();

        Assert.Null(await journal.FindAsync(Step(), Cancellation));
    }

    [Fact]
    public async Task Recorded_step_is_found_with_what_was_recorded()
    {
        var journal = await OpenJournalAsync();

        var recording = await journal.RecordAsync(Step(), Entry("done", epoch: 3), Cancellation);

        Assert.Equal(StepRecordingOutcome.Recorded, recording.Outcome);
        Assert.Equal("done", Text(recording.Entry));
        var found = await journal.FindAsync(Step(), Cancellation);
        Assert.Equal("done", Text(found));
        Assert.Equal(3, found!.LeaseEpoch);
    }

    [Fact]
    public async Task Entry_without_result_and_epoch_is_an_entry()
    {
        var journal = await OpenJournalAsync();

        await journal.RecordAsync(Step(), Entry(), Cancellation);

        var found = await journal.FindAsync(Step(), Cancellation);
        Assert.NotNull(found);
        Assert.True(found.Result.IsEmpty);
        Assert.Null(found.LeaseEpoch);
    }

    [Fact]
    public async Task Result_may_have_256_KiB_of_any_bytes()
    {
        var journal = await OpenJournalAsync();
        var bytes = new byte[256 * 1024];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i * 7);

        await journal.RecordAsync(Step(), new StepEntry { Result = bytes }, Cancellation);

        Assert.Equal(bytes, (await journal.FindAsync(Step(), Cancellation))!.Result.ToArray());
    }

    [Fact]
    public async Task Entry_is_written_once_and_who_comes_second_is_told_what_the_first_wrote()
    {
        var journal = await OpenJournalAsync();
        await journal.RecordAsync(Step(), Entry("first", epoch: 3), Cancellation);

        var second = await journal.RecordAsync(Step(), Entry("second", epoch: 4), Cancellation);

        Assert.Equal(StepRecordingOutcome.AlreadyRecorded, second.Outcome);
        Assert.Equal("first", Text(second.Entry));
        Assert.Equal(3, second.Entry!.LeaseEpoch);
        Assert.Equal("first", Text(await journal.FindAsync(Step(), Cancellation)));
    }

    [Fact]
    public async Task Of_many_that_record_a_step_at_once_one_is_first_and_all_others_are_told_its_entry()
    {
        var journal = await OpenJournalAsync();

        var recordings = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await journal.RecordAsync(Step(), Entry($"writer {i}"), Cancellation))));

        var first = Assert.Single(recordings, recording => recording.Outcome == StepRecordingOutcome.Recorded);
        Assert.All(recordings, recording => Assert.Equal(Text(first.Entry), Text(recording.Entry)));
    }

    [Fact]
    public async Task Entry_does_not_change_with_the_bytes_it_was_made_of()
    {
        var journal = await OpenJournalAsync();
        var bytes = "done"u8.ToArray();
        await journal.RecordAsync(Step(), new StepEntry { Result = bytes }, Cancellation);

        bytes.AsSpan().Clear();

        Assert.Equal("done", Text(await journal.FindAsync(Step(), Cancellation)));
    }

    [Fact]
    public async Task Steps_of_other_names_records_and_consumers_are_others()
    {
        var journal = await OpenJournalAsync();
        StepKey[] steps =
        [
            Step(), Step("index/2"), Step("Index"), Step(" index"), Step("schön ☃"), Step(StepKey.WholeRecord),
            Step() with { Record = _record + "/index", Name = "" }, Step() with { Record = _record + "x" }, Step() with { Consumer = "audit" }, Step() with { Consumer = "search/audit" },
        ];

        foreach (var step in steps)
        {
            Assert.Null(await journal.FindAsync(step, Cancellation));
            Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(step, Entry(step.ToString()), Cancellation)).Outcome);
        }

        foreach (var step in steps)
            Assert.Equal(step.ToString(), Text(await journal.FindAsync(step, Cancellation)));
    }

    [Fact]
    public async Task Lower_epoch_than_one_of_the_records_entries_is_refused_and_nothing_is_recorded()
    {
        var journal = await OpenJournalAsync();
        await journal.RecordAsync(Step("charge"), Entry(epoch: 4), Cancellation);

        var late = await journal.RecordAsync(Step("mail"), Entry(epoch: 3), Cancellation);

        Assert.Equal(StepRecordingOutcome.Fenced, late.Outcome);
        Assert.Null(late.Entry);
        Assert.Null(await journal.FindAsync(Step("mail"), Cancellation));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Same_and_higher_epochs_are_accepted(long epoch)
    {
        var journal = await OpenJournalAsync();
        await journal.RecordAsync(Step("charge"), Entry(epoch: 4), Cancellation);

        Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(Step("mail"), Entry(epoch: epoch), Cancellation)).Outcome);
    }

    [Fact]
    public async Task Lower_epoch_is_told_of_an_entry_that_exists_whoever_wrote_it()
    {
        var journal = await OpenJournalAsync();
        await journal.RecordAsync(Step(), Entry("newer", epoch: 4), Cancellation);

        var late = await journal.RecordAsync(Step(), Entry("older", epoch: 3), Cancellation);

        Assert.Equal(StepRecordingOutcome.AlreadyRecorded, late.Outcome);
        Assert.Equal("newer", Text(late.Entry));
    }

    [Fact]
    public async Task Entry_without_epoch_is_neither_fenced_nor_a_fence()
    {
        var journal = await OpenJournalAsync();

        Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(Step("first"), Entry(), Cancellation)).Outcome);
        Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(Step("second"), Entry(epoch: 4), Cancellation)).Outcome);
        Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(Step("third"), Entry(), Cancellation)).Outcome);
        Assert.Equal(StepRecordingOutcome.Fenced, (await journal.RecordAsync(Step("fourth"), Entry(epoch: 3), Cancellation)).Outcome);
    }

    [Fact]
    public async Task Epoch_of_one_record_or_consumer_does_not_fence_another()
    {
        var journal = await OpenJournalAsync();
        await journal.RecordAsync(Step(), Entry(epoch: 4), Cancellation);

        Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(Step() with { Record = _record + "x" }, Entry(epoch: 3), Cancellation)).Outcome);
        Assert.Equal(StepRecordingOutcome.Recorded, (await journal.RecordAsync(Step() with { Consumer = "audit" }, Entry(epoch: 3), Cancellation)).Outcome);
    }

    [Fact]
    public async Task Call_that_is_cancelled_before_it_begins_does_nothing()
    {
        var journal = await OpenJournalAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await journal.RecordAsync(Step(), Entry(), cancelled.Token));

        Assert.Null(await journal.FindAsync(Step(), Cancellation));
    }
}
