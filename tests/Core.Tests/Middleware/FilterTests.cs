using System.Diagnostics.Metrics;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Middleware;

public sealed class FilterTests
{
    private readonly List<string> _handled = [];

    private ValueTask Note(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        _handled.Add(record.SequenceNumber.ToString());
        return default;
    }

    private static bool IsSecond(StreamRecord record) => record.SequenceNumber == SequenceNumber.Parse("2");

    [Fact]
    public async Task Only_records_that_the_predicate_takes_are_handled_and_the_others_count_as_handled()
    {
        var result = await Run.ConsumerAsync(consumer => consumer.UseFilter(IsSecond).Handle(Note), Run.ThreeRecords);

        Assert.Equal(["2"], _handled);
        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }

    [Fact]
    public async Task Record_for_which_the_predicate_throws_has_failed()
    {
        var error = new IOException();

        var result = await Run.ConsumerAsync(consumer => consumer.UseFilter(record => IsSecond(record) ? throw error : true).Handle(Note), Run.ThreeRecords);

        Assert.Equal(["1"], _handled);
        Assert.Equal("2", Assert.Single(result.Failures).ItemIdentifier);
        Assert.Same(error, result.Error);
    }

    [Fact]
    public async Task Records_that_are_left_out_are_counted()
    {
        var counted = new List<(long Count, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "StreamWorker" && instrument.Name == "streamworker.record.filtered" && instrument.Unit == "{record}")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted.Add((count, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")))));
        listener.Start();

        await Run.ConsumerAsync(consumer => consumer.UseFilter(IsSecond).Handle(Note), Run.ThreeRecords);

        const string Tags = "messaging.consumer.group.name=search messaging.destination.name=Orders";
        Assert.Equal([(1, Tags), (1, Tags)], counted);
    }

    [Fact]
    public async Task Filters_add_up()
    {
        await Run.ConsumerAsync(consumer => consumer.UseFilter(record => !IsSecond(record)).UseFilter(record => record.EventId != "event-3").Handle(Note), Run.ThreeRecords);

        Assert.Equal(["1"], _handled);
    }
}
