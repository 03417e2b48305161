using System.Threading.Channels;

namespace StreamWorker.Consumer.Tests;

/// <summary>Several consumers of one shard in one process: C10, S40, S45.</summary>
public sealed class SharedReadsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Readers_of_one_shard_make_the_calls_of_one_S45(int readers)
    {
        var one = 0;
        var many = 0;
        World.Run(async world => one = await CallsAsync(world, 1));
        World.Run(async world => many = await CallsAsync(world, readers));
        Assert.InRange(many, one * 0.97, one * 1.03);

        static async Task<int> CallsAsync(World world, int readers)
        {
            var rig = new FanOutRig(world);
            for (var i = 0; i < readers; i++)
            {
                rig.Start();
                await world.PassAsync(0.037);
            }

            var before = rig.Count(StreamsOperation.GetRecords);
            await rig.WriteSteadilyAsync(30);
            await world.PassAsync(120);
            await rig.WriteSteadilyAsync(5, every: 1);
            await rig.AllTakenAsync();
            var calls = rig.Count(StreamsOperation.GetRecords) - before;
            await rig.StopAsync();
            return calls;
        }
    }

    [Fact]
    public void Each_reader_gets_every_record_once_and_in_order() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Streams.RecordsPerPage = 7;
        rig.Write(100);
        var members = Enumerable.Range(0, 3).Select(_ => rig.Start()).ToList();
        await rig.WriteSteadilyAsync(3);
        await rig.AllTakenAsync();
        Assert.All(members, member => Assert.Equal(rig.Written, member.Taken));
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_that_begins_at_a_record_lends_nothing_to_one_that_begins_at_the_oldest() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(20);
        var late = rig.Start(at: rig.Table.Records[12].SequenceNumber);
        var all = rig.Start();
        var alsoLate = rig.Start(at: rig.Table.Records[12].SequenceNumber);
        await world.UntilAsync(() => all.Taken.Count == 20 && late.Taken.Count == 8 && alsoLate.Taken.Count == 8);
        Assert.Equal(rig.Written, all.Taken);
        Assert.Equal(rig.Written.Skip(12), late.Taken);
        Assert.Equal(rig.Written.Skip(12), alsoLate.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void New_records_reach_all_readers_with_the_read_of_the_first() => World.Run(async world =>
    {
        var rig = new FanOutRig(world, pollSeconds: 10);
        var members = new List<FanOutRig.Member>();
        for (var i = 0; i < 4; i++)
        {
            members.Add(rig.Start());
            await world.PassAsync(1.9);
        }

        await world.PassAsync(60);
        rig.Write(1);
        await world.UntilAsync(() => members.Exists(member => member.Taken.Count == 1), 11);
        await world.PassAsync(0.001);
        Assert.All(members, member => Assert.Single(member.Taken));
        await rig.StopAsync();
    });

    [Fact]
    public void Blocked_reader_holds_nobody_up_and_later_reads_by_itself_what_is_no_longer_kept_C10() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Streams.RecordsPerPage = 2;
        var (fast, slow) = (rig.Start(), rig.Start());
        rig.Write(10);
        await rig.AllTakenAsync();

        slow.Block();
        var calls = rig.Count(StreamsOperation.GetRecords);
        var latest = 0;
        for (var i = 0; i < SharedReads.PagesPerShard * 4; i++)
        {
            rig.Write(2);
            await world.UntilAsync(() => fast.Taken.Count == rig.Written.Count, 2);
            latest = rig.Count(StreamsOperation.GetRecords);
        }

        // Those that the slow one holds, and those that are kept for it.
        Assert.InRange(rig.Streams.OpenPages, SharedReads.PagesPerShard, SharedReads.PagesPerShard + 3);
        Assert.InRange(latest - calls, SharedReads.PagesPerShard * 4, SharedReads.PagesPerShard * 6);
        Assert.Equal(10, slow.Taken.Count);

        slow.Unblock();
        await rig.AllTakenAsync();
        Assert.Equal(rig.Written, slow.Taken);
        // It reads what was not kept, page by page, and takes from there on what was.
        var own = rig.Count(StreamsOperation.GetRecords) - latest;
        Assert.InRange(own, 40, (SharedReads.PagesPerShard * 3) + 12);

        // Once it has caught up, one reads for both again.
        calls = rig.Count(StreamsOperation.GetRecords);
        await world.PassAsync(100);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords) - calls, 95, 105);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_that_is_a_little_behind_takes_what_was_kept_for_it_without_a_call() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        var (fast, slow) = (rig.Start(), rig.Start());
        rig.Write(1);
        await rig.AllTakenAsync();
        slow.Block();
        for (var i = 0; i < SharedReads.PagesPerShard / 2; i++)
        {
            rig.Write(3);
            await world.UntilAsync(() => fast.Taken.Count == rig.Written.Count, 2);
        }

        await world.PassAsync(0.9);
        var calls = rig.Count(StreamsOperation.GetRecords);
        slow.Unblock();
        await world.PassAsync(0.05);
        Assert.Equal(rig.Written, slow.Taken);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords) - calls, 0, 1);
        await rig.StopAsync();
    });

    [Fact]
    public void Readers_that_start_at_different_positions_meet_and_go_on_together_S40() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Streams.RecordsPerPage = 10;
        rig.Write(95);
        var head = rig.Start(rig.Table.Records[89].SequenceNumber);
        var middle = rig.Start(rig.Table.Records[43].SequenceNumber);
        var start = rig.Start();
        await rig.WriteSteadilyAsync(2);
        await world.UntilAsync(() => start.Taken.Count == rig.Written.Count, 60);
        Assert.Equal(rig.Written, start.Taken);
        Assert.Equal(rig.Written.Skip(44), middle.Taken);
        Assert.Equal(rig.Written.Skip(90), head.Taken);
        await world.PassAsync(10);
        var calls = rig.Count(StreamsOperation.GetRecords);
        await world.PassAsync(60);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords) - calls, 58, 62);
        await rig.StopAsync();
    });

    [Fact]
    public void No_more_than_two_reads_of_a_shard_are_under_way_at_a_time_S40() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Streams.RecordsPerPage = 5;
        rig.Write(300);
        var (reads, most) = (0, 0);
        rig.Streams.Gate = async (call, token) =>
        {
            if (call.Operation != StreamsOperation.GetRecords)
                return;
            most = Math.Max(most, ++reads);
            await world.PassAsync(0.05);
            reads--;
        };
        var members = new[] { -1, 50, 100, 150, 200 }.Select(position => (Position: position, Member: rig.Start(position < 0 ? null : rig.Table.Records[position].SequenceNumber))).ToList();
        await world.UntilAsync(() => members.TrueForAll(member => member.Member.Taken.Count == 299 - member.Position), 60);
        Assert.All(members, member => Assert.Equal(rig.Written.Skip(member.Position + 1), member.Member.Taken));
        Assert.Equal(2, most);
        await rig.StopAsync();
    });

    [Fact]
    public void All_readers_get_the_records_of_the_last_page_and_then_end_S21_V19() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(5);
        var members = Enumerable.Range(0, 3).Select(_ => rig.Start()).ToList();
        await rig.AllTakenAsync();
        members[2].Block();
        rig.Write(3);
        rig.Table.RollShard();
        await world.UntilAsync(() => members.Take(2).All(member => member.IsAtEnd), 5);
        await world.PassAsync(5);
        Assert.Equal(5, members[2].Taken.Count);
        members[2].Unblock();
        await world.UntilAsync(() => members[2].Taken.Count == 8, 5);
        Assert.True(members[2].IsAtEnd);
        Assert.All(members, member => Assert.Equal(rig.Written, member.Taken));
        await rig.StopAsync();
    });

    [Fact]
    public void What_is_trimmed_before_one_reader_has_it_is_a_gap_for_that_one_alone_S31() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Streams.RecordsPerPage = 2;
        rig.Write(100);
        var ahead = rig.Start();
        await rig.AllTakenAsync();
        rig.Table.Trim(rig.Shard.Id, rig.Table.Records[49].SequenceNumber);
        var behind = rig.Start(rig.Table.Records[19].SequenceNumber);
        var fresh = rig.Start();
        rig.Write(10);
        await world.UntilAsync(() => fresh.Taken.Count == 60 && behind.Taken.Count == 60, 30);
        Assert.Equal(rig.Written.Skip(50), behind.Taken);
        Assert.Equal(rig.Written.Skip(50), fresh.Taken);
        Assert.Equal([(rig.Table.Records[19].SequenceNumber, rig.Table.Records[50].SequenceNumber)], behind.Gaps.All);
        Assert.Empty(ahead.Gaps.All);
        Assert.Empty(fresh.Gaps.All);
        Assert.Equal(rig.Written, ahead.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Page_that_was_read_from_the_horizon_hides_no_gap_of_a_reader_whose_position_is_before_it_S31() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(40);
        rig.Table.Trim(rig.Shard.Id, rig.Table.Records[29].SequenceNumber);
        // One reads slowly in the middle of what another gets from the horizon on, so that it is kept.
        rig.Streams.RecordsPerPage = 1;
        var slow = rig.Start(rig.Table.Records[33].SequenceNumber);
        slow.Block();
        await world.PassAsync(5);
        rig.Streams.RecordsPerPage = 1000;
        var fresh = rig.Start();
        await world.UntilAsync(() => fresh.Taken.Count == 10, 5);
        Assert.NotEqual(0, rig.Reads.Bytes);
        var behind = rig.Start(rig.Table.Records[9].SequenceNumber);
        await world.UntilAsync(() => behind.Taken.Count == 10, 5);
        Assert.Equal([(rig.Table.Records[9].SequenceNumber, rig.Table.Records[30].SequenceNumber)], behind.Gaps.All);
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_that_may_not_go_on_behind_a_gap_has_nothing_kept_for_it_I7() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(40);
        var ahead = rig.Start();
        await rig.AllTakenAsync();
        rig.Table.Trim(rig.Shard.Id, rig.Table.Records[29].SequenceNumber);
        var held = rig.Start(rig.Table.Records[9].SequenceNumber);
        held.Gaps.GoesOn = false;
        await world.UntilAsync(() => held.Progress.IsHeld, 5);
        await rig.WriteSteadilyAsync(5);
        await world.UntilAsync(() => ahead.Taken.Count == rig.Written.Count, 5);
        Assert.Equal((0, 0L, 0L), (rig.Streams.OpenPages, rig.Budget.Bytes, rig.Reads.Bytes));
        await rig.StopAsync();
        Assert.Empty(held.Taken);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reader_that_is_stopped_in_the_middle_of_a_read_fails_nobody_who_waits_for_it(bool isBlockedService) => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(5);
        var calls = 0;
        rig.Streams.Gate = async (call, token) =>
        {
            if (call.Operation == StreamsOperation.GetRecords && ++calls == 1)
                await Waiting.ForTimeAsync(isBlockedService ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(5), world.Clock, token);
        };
        var reading = rig.Start();
        await world.UntilAsync(() => calls == 1, 5);
        var waiting = Enumerable.Range(0, 3).Select(_ => rig.Start()).ToList();
        await world.PassAsync(1);
        Assert.Equal(1, calls);
        reading.Cancel();
        await rig.AllTakenAsync(1);
        Assert.Equal(2, calls);
        Assert.All(waiting, member => Assert.Null(member.Progress.Error));
        await rig.StopAsync();
    });

    [Fact]
    public void Reader_that_is_stopped_while_it_waits_for_another_goes_at_once_and_the_other_goes_on() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(5);
        var answer = new TaskCompletionSource();
        rig.Streams.Gate = async (call, token) =>
        {
            if (call.Operation == StreamsOperation.GetRecords)
                await answer.Task;
        };
        var reading = rig.Start();
        await world.PassAsync(0.1);
        var waiting = rig.Start();
        await world.PassAsync(0.1);
        await waiting.StopAsync();
        answer.SetResult();
        await rig.AllTakenAsync(1);
        Assert.Equal(rig.Written, reading.Taken);
        await rig.StopAsync();
    });

    [Fact]
    public void Throttled_read_is_not_tried_at_once_by_everybody_who_waits_for_it_S40() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(5);
        var isThrottling = true;
        rig.Streams.OnCall = call => isThrottling && call.Operation == StreamsOperation.GetRecords ? StreamFaults.Throttled() : null;
        for (var i = 0; i < 5; i++)
            rig.Start();
        await world.PassAsync(60);
        // Pauses of up to five seconds, the longest of all five.
        Assert.InRange(rig.Count(StreamsOperation.GetRecords), 10, 30);
        isThrottling = false;
        await rig.AllTakenAsync(20);
        await rig.StopAsync();
    });

    [Fact]
    public void Expired_iterator_of_one_reader_repeats_and_loses_nothing_for_any_S30() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        var members = Enumerable.Range(0, 3).Select(_ => rig.Start()).ToList();
        for (var i = 0; i < 10; i++)
        {
            rig.Write(3);
            rig.Streams.FailNext(StreamsOperation.GetRecords, StreamFaults.ExpiredIterator);
            await world.PassAsync(1.3);
        }

        await rig.AllTakenAsync();
        Assert.All(members, member => Assert.Equal(rig.Written, member.Taken));
        await rig.StopAsync();
    });

    [Fact]
    public void Start_from_a_time_passes_over_what_is_older_for_that_reader_alone() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(10);
        await world.PassAsync(300);
        var from = world.Clock.GetUtcNow();
        var warm = await rig.Streams.GetShardIteratorAsync(rig.Table.StreamArn, rig.Shard.Id, IteratorStart.Latest, CancellationToken.None);
        var all = rig.Start();
        var cold = rig.Start(fromTime: from);
        var ready = rig.Start(fromTime: from, warmIterator: warm);
        await world.PassAsync(20);
        await rig.WriteSteadilyAsync(2);
        await world.UntilAsync(() => all.Taken.Count == rig.Written.Count, 10);
        await world.PassAsync(1);
        Assert.Equal(rig.Written, all.Taken);
        Assert.Equal(rig.Written.Skip(10), cold.Taken);
        Assert.Equal(rig.Written.Skip(10), ready.Taken);
        // From its first record on, also the one whose place was not known takes part.
        var calls = rig.Count(StreamsOperation.GetRecords);
        await world.PassAsync(60);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords) - calls, 55, 65);
        await rig.StopAsync();
    });

    [Fact]
    public void Readers_that_begin_with_new_records_at_about_the_same_time_share_from_the_first_read_on_S40() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(10);
        for (var i = 0; i < 3; i++)
        {
            var latest = await rig.Streams.GetShardIteratorAsync(rig.Table.StreamArn, rig.Shard.Id, IteratorStart.Latest, CancellationToken.None);
            rig.Start(fromTime: world.Clock.GetUtcNow(), warmIterator: rig.Reads.Agree(rig.Table.StreamArn, rig.Shard.Id, latest));
            await world.PassAsync(2.3);
        }

        var calls = rig.Count(StreamsOperation.GetRecords);
        await world.PassAsync(60);
        Assert.InRange(rig.Count(StreamsOperation.GetRecords) - calls, 55, 65);
        await world.PassAsync(10);
        Assert.Equal("later", rig.Reads.Agree(rig.Table.StreamArn, rig.Shard.Id, "later"));
        await rig.StopAsync();
    });

    [Fact]
    public async Task Readers_on_many_threads_each_get_everything_once_and_in_order()
    {
        var streams = new InMemoryStreams(TimeProvider.System);
        var table = streams.CreateTable("Orders");
        for (var i = 0; i < 3000; i++)
            table.Put(new TestItem().With("id", "a").With("n", i));
        table.RollShard();
        streams.RecordsPerPage = 7;
        streams.Gate = async (_, _) => await Task.Yield();
        var budget = new ReadBudget(4, 8 * ReadBudget.PageBytes);
        var reads = new SharedReads(100_000, TimeProvider.System);
        var tools = new ReaderTools(TimeProvider.System, new Entropy(new Random(1), () => "id"), TimeSpan.FromSeconds(1), budget, reads);
        var written = table.Records.Select(record => record.EventId).ToList();

        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (reader, _) =>
        {
            var pages = Channel.CreateBounded<RecordPage>(1);
            var start = new ReadPosition(reader < 4 ? null : table.Records[reader * 300].SequenceNumber, null, null);
            var reading = new ShardReader(streams, table.StreamArn, table.Shards[0], tools, new ReaderProgress(), new RecordedGaps(), new FakeLogger()).ReadAsync(start, pages.Writer, CancellationToken.None);
            var taken = new List<string>();
            await foreach (var page in pages.Reader.ReadAllAsync(CancellationToken.None))
            {
                taken.AddRange(page.Records.Select(record => record.EventId));
                page.Dispose();
            }

            await reading;
            Assert.Equal(written.Skip(reader < 4 ? 0 : (reader * 300) + 1), taken);
        });

        Assert.Equal((0, 0, 0L, 0L), (streams.OpenPages, budget.Reads, budget.Bytes, reads.Bytes));
    }

    [Fact]
    public void Empty_stretches_are_crossed_together_S20() => World.Run(async world =>
    {
        var rig = new FanOutRig(world);
        rig.Write(3);
        rig.Table.AddEmptyPages(rig.Shard.Id, 5);
        rig.Write(3);
        rig.Table.AddEmptyPages(rig.Shard.Id, 5);
        rig.Table.RollShard();
        var members = Enumerable.Range(0, 3).Select(_ => rig.Start()).ToList();
        await world.UntilAsync(() => members.TrueForAll(member => member.IsAtEnd), 4);
        Assert.All(members, member => Assert.Equal(rig.Written, member.Taken));
        Assert.InRange(rig.Count(StreamsOperation.GetRecords), 12, 14);
        await rig.StopAsync();
    });

    [Fact]
    public void Bytes_that_are_kept_stay_within_their_bound_and_give_way_when_there_is_no_room_to_read_I7() => World.Run(async world =>
    {
        var rig = new FanOutRig(world, budgetPages: 4);
        var (fast, slow) = (rig.Start(), rig.Start());
        rig.Write(1);
        await rig.AllTakenAsync();
        slow.Block();
        var most = 0L;
        for (var i = 0; i < 40; i++)
        {
            rig.Table.Put(new TestItem().With("id", "a").With("n", rig.Table.Records.Count).With("text", new string('x', 100_000)));
            await world.UntilAsync(() => fast.Taken.Count == rig.Written.Count, 3);
            most = Math.Max(most, rig.Reads.Bytes);
        }

        Assert.InRange(most, ReadBudget.PageBytes / 2, ReadBudget.PageBytes);
        rig.Reads.GiveUpKept();
        Assert.Equal(0, rig.Reads.Bytes);
        slow.Unblock();
        await rig.AllTakenAsync();
        Assert.Equal(rig.Written, slow.Taken);
        await rig.StopAsync();
    });
}
