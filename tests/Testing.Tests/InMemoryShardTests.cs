using Microsoft.Extensions.Time.Testing;
using StreamWorker.Consumer.Shards;
using static StreamWorker.Testing.Tests.Reading;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryShardTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryStreams _streams;
    private readonly InMemoryTable _table;

    public InMemoryShardTests()
    {
        _streams = new InMemoryStreams(_time);
        _table = _streams.CreateTable("Orders");
    }

    private StreamArn Stream => _table.StreamArn;

    private ShardId FirstShard => _table.Shards[0].Id;

    [Fact]
    public void S62_shard_name_tells_when_it_was_made() => Assert.Equal(_time.GetUtcNow(), FirstShard.CreatedAt);

    [Fact]
    public void S71_split_shard_has_two_children_that_share_its_items()
    {
        var children = _table.SplitShard(FirstShard);

        for (var i = 0; i < 40; i++)
            _table.Put(Item($"item-{i}", i));

        Assert.Equal(children, _table.Shards.Where(shard => shard.ParentId == FirstShard).Select(shard => shard.Id));
        Assert.All(children, child => Assert.InRange(_table.Records.Count(record => record.Shard == child), 5, 35));
    }

    [Fact]
    public void S60_item_stays_in_one_line_of_shards_through_rolls_and_splits()
    {
        var table = _streams.CreateTable("Wide", new InMemoryTableOptions { Shards = 3 });
        for (var generation = 0; generation < 4; generation++)
        {
            for (var i = 0; i < 30; i++)
                table.Put(Item($"item-{i}", generation));
            // The oldest ones last, and not all of them: the order of shards must not matter.
            foreach (var shard in table.Shards.Where(shard => !shard.IsClosed).Reverse().Where((_, i) => i % 3 != 0).ToList())
            {
                if (generation % 2 == 0)
                    table.SplitShard(shard.Id);
                else
                    table.RollShard(shard.Id);
            }
        }

        var parents = table.Shards.ToDictionary(shard => shard.Id, shard => shard.ParentId);
        foreach (var item in table.Records.GroupBy(record => record.Keys))
        {
            Assert.Equal(4, item.Count());
            Assert.All(item.Zip(item.Skip(1)), pair => Assert.True(pair.Second.Shard == pair.First.Shard || parents[pair.Second.Shard] == pair.First.Shard));
        }
    }

    [Fact]
    public void Shard_of_a_key_is_the_one_that_takes_its_next_record()
    {
        _table.SplitShard(FirstShard);

        Assert.Equal(_table.ShardOf(Key("a")), _table.Put(Item("a", 1))!.Shard);
    }

    [Fact]
    public void Only_an_open_shard_rolls_or_splits()
    {
        var parent = FirstShard;
        _table.RollShard();

        Assert.Throws<InvalidOperationException>(() => _table.RollShard(parent));
        Assert.Throws<InvalidOperationException>(() => _table.SplitShard(new ShardId("other")));
        _table.SplitShard(_table.ShardOf(Key("a")));
        Assert.Throws<InvalidOperationException>(() => _table.RollShard());
    }

    [Fact]
    public async Task S21_last_page_of_a_closed_shard_has_records_and_no_next_iterator()
    {
        _table.Put(Item("a", 1));
        var parent = FirstShard;
        _table.RollShard();

        using var page = await _streams.FirstPageAsync(Stream, parent);

        Assert.Single(page.Records);
        Assert.Null(page.NextShardIterator);
    }

    [Fact]
    public async Task S61_closed_shard_may_hold_nothing()
    {
        var parent = FirstShard;
        _table.RollShard();

        using var page = await _streams.FirstPageAsync(Stream, parent);

        Assert.Empty(page.Records);
        Assert.Null(page.NextShardIterator);
    }

    [Fact]
    public async Task S20_empty_pages_are_crossed_before_what_is_written_after_them()
    {
        var shard = FirstShard;
        _table.Put(Item("a", 1));
        _table.AddEmptyPages(shard, 2);
        _table.Put(Item("b", 1));
        _table.AddEmptyPages(shard, 1);
        _table.RollShard();

        var counts = new List<int>();
        var iterator = await _streams.IteratorAsync(Stream, shard, IteratorStart.TrimHorizon);
        while (iterator is not null)
        {
            using var page = await _streams.PageAsync(Stream, iterator);
            counts.Add(page.Records.Count);
            iterator = page.NextShardIterator;
        }

        Assert.Equal([1, 0, 0, 1, 0], counts);
    }

    [Fact]
    public async Task S18_S30_iterator_expires_15_minutes_after_its_issue()
    {
        _table.Put(Item("a", 1));
        var iterator = await _streams.IteratorAsync(Stream, FirstShard, IteratorStart.TrimHorizon);
        _time.Advance(TimeSpan.FromMinutes(14.9));
        using var page = await _streams.PageAsync(Stream, iterator);
        _time.Advance(TimeSpan.FromMinutes(0.1));

        Assert.Equal(StreamErrorKind.ExpiredIterator, await KindOfAsync(() => _streams.PageAsync(Stream, iterator)));
        using var next = await _streams.PageAsync(Stream, page.NextShardIterator!);
        Assert.Empty(next.Records);
    }

    [Fact]
    public async Task S31_position_before_a_trimmed_record_is_refused()
    {
        var numbers = Enumerable.Range(0, 4).Select(i => _table.Put(Item("a", i))!.SequenceNumber).ToList();
        var early = await _streams.IteratorAsync(Stream, FirstShard, IteratorStart.TrimHorizon);

        _table.Trim(FirstShard, numbers[1]);

        Assert.Equal(StreamErrorKind.Trimmed, await KindOfAsync(() => _streams.IteratorAsync(Stream, FirstShard, IteratorStart.After(numbers[0]))));
        Assert.Equal(StreamErrorKind.Trimmed, await KindOfAsync(() => _streams.IteratorAsync(Stream, FirstShard, IteratorStart.At(numbers[1]))));
        Assert.Equal(StreamErrorKind.Trimmed, await KindOfAsync(() => _streams.PageAsync(Stream, early)));
        using var rest = await _streams.PageAsync(Stream, await _streams.IteratorAsync(Stream, FirstShard, IteratorStart.After(numbers[1])));
        Assert.Equal(numbers.Skip(2), rest.Records.Select(record => record.SequenceNumber));
        using var oldest = await _streams.FirstPageAsync(Stream, FirstShard);
        Assert.Equal(numbers.Skip(2), oldest.Records.Select(record => record.SequenceNumber));
    }

    [Fact]
    public async Task S43_S72_trimming_by_age_drops_old_records_then_closed_shards_whose_children_keep_naming_them()
    {
        _table.Put(Item("a", 1));
        var parent = FirstShard;
        var child = _table.RollShard();
        _time.Advance(TimeSpan.FromHours(24));
        var kept = _table.Put(Item("a", 2));
        _time.Advance(TimeSpan.FromSeconds(1));

        _table.Trim(TimeSpan.FromHours(24));

        var listed = Assert.Single((await _streams.DescribeAsync(Stream)).Shards);
        Assert.Equal(child, listed.Id);
        Assert.Equal(parent, listed.ParentId);
        using var page = await _streams.FirstPageAsync(Stream, child);
        Assert.Equal(kept!.EventId, Assert.Single(page.Records).EventId);
        Assert.Equal(StreamErrorKind.NotFound, await KindOfAsync(() => _streams.IteratorAsync(Stream, parent, IteratorStart.TrimHorizon)));
    }

    [Fact]
    public async Task S35_reader_of_a_shard_that_was_dropped_finds_it_gone()
    {
        var parent = FirstShard;
        var iterator = await _streams.IteratorAsync(Stream, parent, IteratorStart.TrimHorizon);
        _table.RollShard();

        _table.TrimShard(parent);

        Assert.Equal(StreamErrorKind.NotFound, await KindOfAsync(() => _streams.PageAsync(Stream, iterator)));
        Assert.Throws<InvalidOperationException>(() => _table.TrimShard(FirstShard));
    }

    [Fact]
    public async Task Number_of_another_shard_is_refused()
    {
        var early = _table.Put(Item("a", 1))!.SequenceNumber;
        var child = _table.RollShard();
        var late = _table.Put(Item("a", 2))!.SequenceNumber;

        Assert.Equal(StreamErrorKind.InvalidRequest, await KindOfAsync(() => _streams.IteratorAsync(Stream, child, IteratorStart.After(early))));
        Assert.Equal(StreamErrorKind.InvalidRequest, await KindOfAsync(() => _streams.IteratorAsync(Stream, FirstShard, IteratorStart.After(late))));
    }

    [Fact]
    public async Task S76_removed_stream_is_not_found_any_more()
    {
        var old = Stream;
        Assert.Throws<InvalidOperationException>(() => _table.RemoveStream(old));
        _table.DisableStream();
        Assert.Throws<InvalidOperationException>(() => _table.DisableStream());

        _table.RemoveStream(old);

        Assert.Equal(StreamErrorKind.NotFound, await KindOfAsync(() => _streams.DescribeAsync(old)));
        Assert.NotEqual(old, _table.EnableStream());
        Assert.Throws<InvalidOperationException>(() => _table.EnableStream());
    }

    [Fact]
    public async Task S76_disabled_stream_goes_when_all_that_it_held_is_too_old()
    {
        var old = Stream;
        _table.Put(Item("a", 1));
        _table.DisableStream();
        _time.Advance(TimeSpan.FromHours(25));

        _table.Trim(TimeSpan.FromHours(24));

        Assert.Equal(StreamErrorKind.NotFound, await KindOfAsync(() => _streams.DescribeAsync(old)));
    }

    [Fact]
    public async Task Table_made_again_under_the_same_name_has_another_stream_and_the_old_one_can_still_be_read()
    {
        _table.Put(Item("a", 1));
        var old = Stream;
        var shard = FirstShard;
        _streams.DeleteTable("Orders");
        Assert.Null(await _streams.DescribeTableAsync("Orders", TestContext.Current.CancellationToken));

        var again = _streams.CreateTable("Orders");

        Assert.NotEqual(old, again.StreamArn);
        using var page = await _streams.FirstPageAsync(old, shard);
        Assert.Single(page.Records);
        Assert.Throws<InvalidOperationException>(() => _streams.CreateTable("Orders"));
        Assert.Throws<InvalidOperationException>(() => _streams.DeleteTable("Parcels"));
    }
}
