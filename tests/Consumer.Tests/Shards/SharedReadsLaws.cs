namespace StreamWorker.Consumer.Tests;

/// <summary>
/// Whatever the paces, the faults and the order of things: each consumer of a shard sees every record behind its position once and in order, or is told that it is lost (C10, I1), and
/// nothing is held in the end (I7).
/// </summary>
public sealed class SharedReadsLaws
{
    private const int SeedsPerTest = 60;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_consumer_sees_the_stream_as_if_it_were_alone(int part)
    {
        for (var seed = (part * SeedsPerTest) + 1; seed <= (part + 1) * SeedsPerTest; seed++)
        {
            var story = new Story(seed);
            try
            {
                World.Run(story.RunAsync, seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    private sealed class Story(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<Consumer> _consumers = [];
        private int _trimmed = -1;

        public async Task RunAsync(World world)
        {
            var rig = new FanOutRig(world, pollSeconds: Pick(0.25, 1, 5), budgetPages: Pick(4, 64), sharedBytes: Pick(2_000, 20_000, 1 << 20));
            rig.Streams.RecordsPerPage = Pick(1, 2, 7, 1000);
            var latency = Pick(0, 0.01, 0.3);
            var faults = Pick(0, 0.05, 0.3);
            rig.Streams.Gate = async (_, token) =>
            {
                if (latency > 0)
                    await Waiting.ForTimeAsync(TimeSpan.FromSeconds(latency * _random.NextDouble()), world.Clock, token);
            };
            rig.Streams.OnCall = call => call.Operation is StreamsOperation.GetRecords or StreamsOperation.GetShardIterator && _random.NextDouble() < faults ? Fault(call) : null;
            rig.Write(_random.Next(60));
            for (var i = Pick(2, 2, 3, 5); i > 0; i--)
                _consumers.Add(new Consumer(rig, _random.Next(3) == 0 || rig.Table.Records.Count == 0 ? -1 : _random.Next(rig.Table.Records.Count)));

            for (var step = _random.Next(20, 80); step > 0; step--)
            {
                await world.PassAsync(Pick(0, 0.05, 0.4, 2) * _random.NextDouble());
                Disturb(rig, world);
            }

            faults = 0;
            if (_random.Next(2) == 0)
                rig.Table.RollShard();
            foreach (var consumer in _consumers)
                consumer.Recover();
            await world.UntilAsync(() => _consumers.TrueForAll(consumer => consumer.IsDone(_trimmed)), 120, "every consumer has everything");
            foreach (var consumer in _consumers)
                consumer.AssertSawEverything(_trimmed);
            await rig.StopAsync();
        }

        private void Disturb(FanOutRig rig, World world)
        {
            var consumer = _consumers[_random.Next(_consumers.Count)];
            switch (_random.Next(12))
            {
                case < 5:
                    rig.Write(_random.Next(8));
                    break;
                case 5:
                    rig.Table.AddEmptyPages(rig.Shard.Id, _random.Next(4));
                    break;
                case 6:
                    consumer.Member.Block();
                    break;
                case 7:
                    consumer.Member.Unblock();
                    break;
                case 8:
                    var pace = Pick(0, 0.02, 0.5);
                    consumer.Member.Pace = () => pace * _random.NextDouble();
                    break;
                case 9:
                    consumer.StartAgain();
                    break;
                case 10 when _random.Next(3) == 0 && rig.Table.Records.Count > 0:
                    // Who has no position yet could not tell of a gap.
                    if (!_consumers.TrueForAll(one => one.HasPosition))
                        break;
                    _trimmed = Math.Max(_trimmed, _random.Next(rig.Table.Records.Count));
                    rig.Table.Trim(rig.Shard.Id, rig.Table.Records[_trimmed].SequenceNumber);
                    break;
                default:
                    break;
            }
        }

        private StreamServiceException Fault(StreamsCall call) => _random.Next(5) switch
        {
            0 => StreamFaults.Throttled(),
            1 => StreamFaults.ServiceFault(),
            2 => StreamFaults.Unreachable(),
            3 when call.Operation == StreamsOperation.GetRecords => StreamFaults.ExpiredIterator(),
            _ => StreamFaults.Throttled(),
        };

        private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];
    }

    /// <summary>One consumer, through all its starts.</summary>
    private sealed class Consumer
    {
        private readonly FanOutRig _rig;
        private readonly int _start;
        private readonly List<FanOutRig.Member> _members = [];
        private int _position;

        public Consumer(FanOutRig rig, int start)
        {
            _rig = rig;
            _start = _position = start;
            _members.Add(rig.Start(start < 0 ? null : rig.Table.Records[start].SequenceNumber));
        }

        public FanOutRig.Member Member => _members[^1];

        public bool HasPosition => _position >= 0 || Member.Taken.Count > 0;

        private IEnumerable<string> Seen => _members.SelectMany(member => member.Taken);

        private IEnumerable<(SequenceNumber? After, SequenceNumber? Before)> Gaps => _members.SelectMany(member => member.Gaps.All);

        /// <summary>Stops, in the middle of whatever is done, and goes on behind what was taken.</summary>
        public void StartAgain()
        {
            Member.Cancel();
            Member.Unblock();
            var last = Seen.LastOrDefault();
            _position = last is null ? _start : _rig.Written.ToList().IndexOf(last);
            _members.Add(_rig.Start(_position < 0 ? null : _rig.Table.Records[_position].SequenceNumber));
        }

        public void Recover()
        {
            Member.Pace = null;
            Member.Unblock();
        }

        public bool IsDone(int trimmed) => Missing(trimmed).Count == 0;

        public void AssertSawEverything(int trimmed)
        {
            var order = _rig.Written.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index, StringComparer.Ordinal);
            Assert.All(_members.Select(member => member.Taken.Select(id => order[id]).ToList()), taken => Assert.Equal(taken.Order().Distinct(), taken));
            Assert.All(Seen, id => Assert.True(order[id] > _start));
            Assert.Empty(Missing(trimmed));
        }

        /// <summary>Gets what was neither seen nor, being trimmed, told of as lost.</summary>
        private List<string> Missing(int trimmed)
        {
            var seen = Seen.ToHashSet(StringComparer.Ordinal);
            return [.. _rig.Table.Records.Skip(_start + 1).Where((record, index) => !seen.Contains(record.EventId) && !(index + _start + 1 <= trimmed && IsTold(record))).Select(record => record.EventId)];
        }

        private bool IsTold(WrittenRecord record) =>
            Gaps.Any(gap => (gap.After is not { } after || record.SequenceNumber > after) && (gap.Before is not { } before || record.SequenceNumber < before));
    }
}
