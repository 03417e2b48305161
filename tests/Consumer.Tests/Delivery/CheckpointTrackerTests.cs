using CsCheck;

namespace StreamWorker.Consumer.Tests;

public sealed class CheckpointTrackerTests
{
    private readonly ArmedClock _clock = new();

    [Fact]
    public void Tracker_before_the_first_record_has_nothing_to_store()
    {
        var tracker = new CheckpointTracker(TimeSpan.Zero, _clock);
        Assert.Null(tracker.Position);
        Assert.False(tracker.IsDirty);
        Assert.False(tracker.IsDue);
    }

    [Fact]
    public void Tracker_without_interval_is_due_with_each_record()
    {
        var tracker = new CheckpointTracker(TimeSpan.Zero, _clock);
        tracker.Finished(Pages.Number(1));
        Assert.True(tracker.IsDue);
        tracker.Stored();
        Assert.False(tracker.IsDue);
        tracker.Finished(Pages.Number(2));
        Assert.True(tracker.IsDue);
    }

    [Fact]
    public void Tracker_with_interval_is_due_that_long_after_the_first_record_that_is_not_stored()
    {
        var tracker = new CheckpointTracker(TimeSpan.FromSeconds(1), _clock);
        tracker.Finished(Pages.Number(1));
        _clock.Advance(TimeSpan.FromMilliseconds(600));
        tracker.Finished(Pages.Number(2));
        Assert.Equal(TimeSpan.FromMilliseconds(400), tracker.TimeUntilDue);
        _clock.Advance(TimeSpan.FromMilliseconds(400));
        Assert.True(tracker.IsDue);
        Assert.Equal(Pages.Number(2), tracker.Position);
    }

    [Fact]
    public void Tracker_after_a_failed_write_stays_due_for_the_same_position_but_not_at_once()
    {
        var tracker = new CheckpointTracker(TimeSpan.Zero, _clock);
        tracker.Finished(Pages.Number(1));
        tracker.NotStored();
        Assert.True(tracker.IsDirty);
        Assert.False(tracker.IsDue);
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.True(tracker.IsDue);
        Assert.Equal(Pages.Number(1), tracker.Position);
    }

    [Fact]
    public void Tracker_I3_never_goes_back() =>
        Gen.Long[0, 50].Array[0, 30].Sample(numbers =>
        {
            var tracker = new CheckpointTracker(TimeSpan.Zero, _clock);
            SequenceNumber? last = null;
            foreach (var number in numbers)
            {
                tracker.Finished(Pages.Number(number));
                Assert.False(last is { } before && tracker.Position < before);
                last = tracker.Position;
            }

            Assert.Equal(numbers.Length == 0 ? null : Pages.Number(numbers.Max()), tracker.Position);
        });

    [Fact]
    public void Tracker_S58_compares_positions_of_different_length_as_numbers()
    {
        var tracker = new CheckpointTracker(TimeSpan.Zero, _clock);
        tracker.Finished(SequenceNumber.Parse("999999999999999999999"));
        tracker.Finished(SequenceNumber.Parse("1000000000000000000000"));
        Assert.Equal("1000000000000000000000", tracker.Position.ToString());
        tracker.Finished(SequenceNumber.Parse("999999999999999999999"));
        Assert.Equal("1000000000000000000000", tracker.Position.ToString());
    }

    [Fact]
    public void Tracker_I3_never_passes_an_unfinished_record_whatever_a_batch_reports() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 25].Array[0, 5], Gen.Bool).Sample((count, failed, knowsAll) =>
        {
            var records = new Pages().Of(100, 99 + count).Records;
            var failures = failed.Where(index => !knowsAll || index < count).Distinct().ToList();
            var result = BatchResult.PartlyFailed([.. failures.Select(index => new BatchItemFailure(Pages.Number(100 + index).ToString()))]);
            var tracker = new CheckpointTracker(TimeSpan.Zero, _clock);
            var finished = result.CountFinished(records);
            if (finished > 0)
                tracker.Finished(records[finished - 1].SequenceNumber);
            return failures.TrueForAll(index => tracker.Position is not { } position || position < Pages.Number(100 + index));
        });
}
