using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Batches;

/// <summary>What holds for every batch, whatever its items are, however its records end and in whatever order, and whenever it is cancelled.</summary>
public sealed class BatchLaws
{
    private enum Fate
    {
        HandledAtOnce,
        FailsAtOnce,
        Handled,
        Fails,
    }

    private const int Unknown = 5;

    // Failures are rare enough for long runs and frequent enough for several in one.
    private static readonly Gen<Fate> s_fate = Gen.Frequency((3, Gen.Const(Fate.HandledAtOnce)), (1, Gen.Const(Fate.FailsAtOnce)), (12, Gen.Const(Fate.Handled)), (2, Gen.Const(Fate.Fails)));

    private static readonly Gen<int> s_item = Gen.Frequency((30, Gen.Int[0, Unknown - 1]), (1, Gen.Const(Unknown)));

    private static readonly Gen<Story> s_story = Gen.Select(
        Gen.Select(s_item, s_fate).Array[0, 20],
        Gen.OneOf(Gen.Int[1, 4], Gen.Const(int.MaxValue)),
        Gen.Enum<FailureMode>(),
        Gen.OneOf(Gen.Const(int.MaxValue), Gen.Int[0, 20]),
        Gen.Int[0, 1000].Array[20],
        (records, concurrency, mode, cancelAt, picks) => new Story(records, concurrency, mode, cancelAt, picks));

    [Fact]
    public async Task B7_H3_order_stop_and_answer_of_every_batch() => await s_story.SampleAsync(CheckAsync, iter: Effort.Of(5_000));

    private static async Task CheckAsync(Story story)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var rig = new Rig(story);
        var result = await rig.RunAsync();
        Assert.Empty(rig.Broken);
        var unhandled = Enumerable.Range(0, story.Records.Length).Where(i => !rig.Handled.Contains(i)).ToList();
        var named = result.Failures.Select(failure => int.Parse(failure.ItemIdentifier!, System.Globalization.CultureInfo.InvariantCulture)).ToList();

        // Delivery goes on exactly behind what was handled from the start on: nothing is lost, and nothing is repeated without need.
        Assert.Equal(unhandled.Count == 0 ? story.Records.Length : unhandled[0], result.CountFinished(rig.Batch));
        Assert.Equal(named.Order(), named);
        Assert.Equal(rig.Failed.Order(), named.Where(rig.Failed.Contains));
        if (story.Mode == FailureMode.StopKey)
            Assert.Equal(unhandled, named);
        else
            Assert.True(named.Count <= rig.Failed.Count + 1);

        foreach (var (failure, i) in result.Failures.Zip(named))
        {
            var begun = rig.Begun.Contains(i);
            Assert.Equal(begun ? rig.Errors[i] : null, begun ? failure.Error : null);
            Assert.Equal(!begun && !rig.IsCancelled, failure.IsSkipped);
            Assert.Equal(rig.IsCancelled && (!begun || failure.Error is OperationCanceledException), failure.CancelledBy == CancellationCause.HostStopping);
        }

        if (rig.IsCancelled)
            return;

        // Whatever may be handled is.
        var lowest = rig.Failed.Count == 0 ? story.Records.Length : rig.Failed.Min();
        foreach (var i in unhandled)
        {
            var isBehindItsItem = rig.Failed.Any(failed => failed < i && (story.Item(failed) == story.Item(i) || story.Item(failed) == Unknown));
            var isBehindUnknown = rig.Failed.Count > 0 && Enumerable.Range(lowest, i - lowest + 1).Any(j => story.Item(j) == Unknown);
            Assert.True(rig.Failed.Contains(i) || isBehindItsItem || isBehindUnknown || (story.Mode == FailureMode.StopBatch && i > lowest), $"record {i} was left out");
        }
    }

    private sealed record Story((int Item, Fate Fate)[] Records, int MaxConcurrency, FailureMode Mode, int CancelAt, int[] Picks)
    {
        public int Item(int record) => Records[record].Item;

        public override string ToString() =>
            $"{Mode}, {MaxConcurrency} at a time, cancelled at {CancelAt}, picks {string.Join(' ', Picks)}: {string.Join(' ', Records.Select(record => $"{record.Item}{record.Fate}"))}";
    }

    /// <summary>Runs a story on one thread: at each step one of the records that are being handled ends.</summary>
    private sealed class Rig(Story story)
    {
        private readonly SortedDictionary<int, TaskCompletionSource> _running = [];
        private readonly CancellationTokenSource _stop = new();

        public StreamRecord[] Batch { get; } = [.. story.Records.Select((record, i) => RecordOf(i, record.Item))];

        public HashSet<int> Begun { get; } = [];

        public HashSet<int> Handled { get; } = [];

        public HashSet<int> Failed { get; } = [];

        public Dictionary<int, Exception> Errors { get; } = [];

        public List<string> Broken { get; } = [];

        public bool IsCancelled => _stop.IsCancellationRequested;

        public async Task<BatchResult> RunAsync()
        {
            var services = new ServiceCollection();
            new ConsumerBuilder("search", services)
                .ConfigureBatches(options => (options.MaxConcurrency, options.FailureMode) = (story.MaxConcurrency, story.Mode))
                .Handle((record, _, _) => HandleAsync(record));
            await using var provider = services.BuildServiceProvider();
            var processing = provider.GetRequiredKeyedService<IBatchProcessor>("search").ProcessAsync(Batch, new BatchContext { Consumer = "search" }, _stop.Token).AsTask();
            for (var step = 0; _running.Count > 0; step++)
            {
                if (step == story.CancelAt)
                    await _stop.CancelAsync();
                End(_running.Keys.ElementAt(story.Picks[step] % _running.Count), story.Picks[step]);
            }

            Assert.True(processing.IsCompleted, "nothing runs, and the batch has not ended");
            return await processing;
        }

        private async ValueTask HandleAsync(StreamRecord record)
        {
            var i = int.Parse(record.SequenceNumber.ToString(), System.Globalization.CultureInfo.InvariantCulture);
            Begin(i);
            var fate = story.Records[i].Fate;
            if (fate is Fate.Handled or Fate.Fails)
                await (_running[i] = new TaskCompletionSource()).Task;
            if (fate is Fate.Fails or Fate.FailsAtOnce)
                throw Fail(i, new IOException($"record {i}"));
            Handled.Add(i);
        }

        private void Begin(int i)
        {
            Expect(!IsCancelled, $"record {i} began after the cancellation");
            Expect(Begun.Add(i), $"record {i} began twice");
            Expect(_running.Count < story.MaxConcurrency, "too many at a time");
            for (var j = 0; j < story.Records.Length; j++)
            {
                var mayBeTheSame = story.Item(i) == story.Item(j) || story.Item(i) == Unknown || story.Item(j) == Unknown;
                Expect(!(j < i && mayBeTheSame) || Handled.Contains(j), $"record {i} began before record {j} of its item was handled");
                Expect(!(j > i && mayBeTheSame) || !Begun.Contains(j), $"record {i} began after record {j} of its item");
                Expect(!(j < i && story.Mode == FailureMode.StopBatch) || !Failed.Contains(j), $"record {i} began behind record {j}, which had failed");
            }
        }

        /// <summary>Notes what is broken: an error that is raised here would be taken for a record's failure.</summary>
        private void Expect(bool holds, string otherwise)
        {
            if (!holds)
                Broken.Add(otherwise);
        }

        private void End(int i, int pick)
        {
            _running.Remove(i, out var end);
            if (IsCancelled && pick % 3 > 0)
                end!.SetException(Fail(i, new OperationCanceledException(_stop.Token)));
            else
                end!.SetResult();
        }

        private Exception Fail(int i, Exception error)
        {
            Failed.Add(i);
            return Errors[i] = error;
        }

        private static StreamRecord RecordOf(int number, int item)
        {
            var keys = item == Unknown ? "7" : $$$"""{"id":{"N":"{{{item}}}"}}""";
            return Records.Record($$$"""{"eventID":"e{{{number}}}","dynamodb":{"Keys":{{{keys}}},"SequenceNumber":"{{{number}}}"}}""");
        }
    }
}
