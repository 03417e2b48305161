using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;
using StreamWorker.Steps;

namespace StreamWorker.Core.Tests.Middleware;

public sealed class IdempotencyTests
{
    private static readonly StepKey s_first = new("search", $"{Records.Stream}/event-1", StepKey.WholeRecord);

    private readonly ScriptedJournal _journal = new();
    private readonly FakeLogCollector _logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
    private readonly List<string> _handled = [];

    private Task<BatchResult> DeliverAsync(
        StreamWorker.Pipeline.RecordDelegate? handler = null,
        IReadOnlyList<StreamRecord>? batch = null,
        BatchContext? context = null,
        CancellationToken cancellationToken = default) => Run.ConsumerAsync(
        consumer =>
        {
            consumer.Services.AddSingleton<IStepJournal>(_journal).AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new FakeLoggerProvider(_logs)));
            consumer.UseIdempotency().Handle(handler ?? Note);
        },
        batch,
        context,
        cancellationToken: cancellationToken);

    private ValueTask Note(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        _handled.Add(record.EventId);
        return default;
    }

    [Fact]
    public async Task Record_that_was_handled_is_recorded_with_the_epoch_and_not_handled_again()
    {
        await DeliverAsync(context: new BatchContext { Consumer = "search", LeaseEpoch = 7 });

        Assert.Equal(7, _journal.Entries[s_first].LeaseEpoch);
        var again = await DeliverAsync();

        Assert.Equal(["event-1"], _handled);
        Assert.Equal(BatchOutcome.Succeeded, again.Outcome);
        Assert.Contains(_logs.GetSnapshot(), entry => entry.Level == LogLevel.Debug && entry.Message.Contains(s_first.Record, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_batch_that_comes_again_only_what_was_not_handled_is()
    {
        await DeliverAsync((record, context, cancellationToken) => record.EventId == "event-2" ? throw new IOException() : Note(record, context, cancellationToken), Run.ThreeRecords);

        await DeliverAsync(batch: Run.ThreeRecords);

        Assert.Equal(["event-1", "event-2", "event-3"], _handled);
    }

    [Fact]
    public async Task Record_whose_handler_failed_is_not_recorded()
    {
        var error = new IOException();

        var result = await DeliverAsync((_, _, _) => throw error);

        Assert.Same(error, result.Error);
        Assert.Empty(_journal.Entries);
    }

    [Fact]
    public async Task Record_is_recorded_only_when_its_handler_has_ended()
    {
        var end = new TaskCompletionSource();
        var delivery = DeliverAsync(async (_, _, _) => await end.Task);

        Assert.Equal(["find"], _journal.Calls);
        end.SetResult();
        await delivery;

        Assert.Equal(["find", "record"], _journal.Calls);
    }

    [Fact]
    public async Task Consumers_do_not_share_what_is_done()
    {
        _journal.Entries.Add(s_first with { Consumer = "audit" }, new StepEntry());

        await DeliverAsync();

        Assert.Equal(["event-1"], _handled);
    }

    [Fact]
    public async Task Step_of_a_record_is_not_the_record()
    {
        _journal.Entries.Add(s_first with { Name = "index" }, new StepEntry());

        await DeliverAsync();

        Assert.Equal(["event-1"], _handled);
    }

    [Fact]
    public async Task Journal_that_cannot_be_asked_fails_the_record_and_its_handler_does_not_run()
    {
        var error = new IOException();
        _journal.BeforeFind = () => throw error;

        var result = await DeliverAsync();

        Assert.Empty(_handled);
        var failure = Assert.IsType<RecordHandlerException>(Assert.Single(result.Failures).Error);
        Assert.Contains(s_first.Record, failure.Message, StringComparison.Ordinal);
        Assert.Same(error, failure.InnerException);
    }

    [Fact]
    public async Task Journal_that_cannot_record_fails_the_record_and_its_handler_runs_again()
    {
        var error = new IOException();
        _journal.BeforeRecord = () => throw error;

        var result = await DeliverAsync();
        _journal.BeforeRecord = null;
        var again = await DeliverAsync();

        var failure = Assert.IsType<RecordHandlerException>(Assert.Single(result.Failures).Error);
        Assert.Contains(s_first.Record, failure.Message, StringComparison.Ordinal);
        Assert.Same(error, failure.InnerException);
        Assert.Equal(BatchOutcome.Succeeded, again.Outcome);
        Assert.Equal(["event-1", "event-1"], _handled);
    }

    [Fact]
    public async Task Journal_whose_reply_was_lost_has_recorded_all_the_same()
    {
        _journal.AfterRecord = () => throw new IOException();

        var result = await DeliverAsync();
        var again = await DeliverAsync();

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(BatchOutcome.Succeeded, again.Outcome);
        Assert.Equal(["event-1"], _handled);
    }

    [Fact]
    public async Task Record_that_another_worker_recorded_meanwhile_is_handled()
    {
        var result = await DeliverAsync((_, _, _) =>
        {
            _journal.Entries.Add(s_first, new StepEntry());
            return default;
        });

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task Record_that_a_newer_lease_is_handling_fails_in_the_worker_with_the_older_one()
    {
        _journal.IsFenced = true;

        var result = await DeliverAsync(context: new BatchContext { Consumer = "search", LeaseEpoch = 7 });

        var failure = Assert.IsType<RecordHandlerException>(Assert.Single(result.Failures).Error);
        Assert.Contains("epoch 7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_without_a_readable_event_id_fails_and_its_handler_does_not_run()
    {
        var result = await DeliverAsync(batch: [Records.Record("""{"eventID":7,"dynamodb":{"SequenceNumber":"1"}}""")]);

        Assert.Empty(_handled);
        Assert.IsType<RecordFormatException>(result.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_to_the_journal_that_is_told_to_stop_is_cancelled_and_no_failure(bool whenAsked)
    {
        using var stopping = new CancellationTokenSource();
        Action cancelled = () =>
        {
            stopping.Cancel();
            stopping.Token.ThrowIfCancellationRequested();
        };
        if (whenAsked)
            _journal.BeforeFind = cancelled;
        else
            _journal.BeforeRecord = cancelled;

        var result = await DeliverAsync(context: new BatchContext { Consumer = "search", HostStopping = stopping.Token }, cancellationToken: stopping.Token);

        Assert.Equal(CancellationCause.HostStopping, Assert.Single(result.Failures).CancelledBy);
        Assert.Equal(whenAsked ? 0 : 1, _handled.Count);
    }

    [Fact]
    public void Missing_journal_is_a_fault_at_start_that_names_consumer_and_port()
    {
        var services = new ServiceCollection();
        new ConsumerBuilder("search", services).UseIdempotency().Handle(Note);
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<IBatchProcessor>("search"));

        Assert.Contains("search", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(IStepJournal), error.Message, StringComparison.Ordinal);
    }

    private sealed class ScriptedJournal : IStepJournal
    {
        public Dictionary<StepKey, StepEntry> Entries { get; } = [];

        public List<string> Calls { get; } = [];

        public Action? BeforeFind { get; set; }

        public Action? BeforeRecord { get; set; }

        public Action? AfterRecord { get; set; }

        public bool IsFenced { get; set; }

        public ValueTask<StepEntry?> FindAsync(StepKey step, CancellationToken cancellationToken)
        {
            Calls.Add("find");
            BeforeFind?.Invoke();
            return new(Entries.GetValueOrDefault(step));
        }

        public ValueTask<StepRecording> RecordAsync(StepKey step, StepEntry entry, CancellationToken cancellationToken)
        {
            Calls.Add("record");
            BeforeRecord?.Invoke();
            if (IsFenced)
                return new(new StepRecording(StepRecordingOutcome.Fenced, null));
            var recorded = Entries.TryAdd(step, entry);
            AfterRecord?.Invoke();
            return new(new StepRecording(recorded ? StepRecordingOutcome.Recorded : StepRecordingOutcome.AlreadyRecorded, Entries[step]));
        }
    }
}
