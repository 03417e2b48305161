using StreamWorker.Consumer.Shards;

namespace StreamWorker.Contracts;

/// <content>Iterators and records.</content>
public abstract partial class StreamsClientContract
{
    private async Task<(IStreamsBed Bed, StreamArn Stream, ShardId Shard)> OpenShardAsync(int records = 0)
    {
        var bed = await OpenTableAsync();
        var stream = await bed.StreamOfAsync(_table);
        for (var i = 0; i < records; i++)
            await bed.PutAsync(_table, $"item-{i}", i);
        return (bed, stream, await bed.ShardOfAsync(stream));
    }

    [Fact]
    public async Task S17_trim_horizon_starts_at_the_oldest_record()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 3);

        var (records, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        Assert.Equal(["item-0", "item-1", "item-2"], records.Ids());
    }

    [Fact]
    public async Task S17_latest_starts_behind_the_newest_record()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 2);
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.Latest, Cancellation);
        await bed.PutAsync(_table, "later", 1);

        var (records, _) = await bed.ReadAsync(stream, iterator);

        Assert.Equal(["later"], records.Ids());
    }

    [Fact]
    public async Task S17_latest_of_an_empty_shard_starts_at_its_first_record()
    {
        var (bed, stream, shard) = await OpenShardAsync();
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.Latest, Cancellation);
        await bed.PutAsync(_table, "first", 1);

        Assert.Equal(["first"], (await bed.ReadOldAsync(stream, shard, iterator)).Ids());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S17_at_starts_at_the_record_and_after_behind_it(int index)
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 3);
        var (all, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        var (at, _) = await bed.ReadAsync(stream, shard, IteratorStart.At(all[index].SequenceNumber));
        var (after, _) = await bed.ReadAsync(stream, shard, IteratorStart.After(all[index].SequenceNumber));

        Assert.Equal(all.Skip(index).Ids(), at.Ids());
        Assert.Equal(all.Skip(index + 1).Ids(), after.Ids());
    }

    [Fact]
    public async Task S17_after_the_newest_record_gives_what_is_written_later()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 2);
        var (all, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.After(all[^1].SequenceNumber), Cancellation);
        await bed.PutAsync(_table, "later", 1);

        var (records, _) = await bed.ReadAsync(stream, iterator);

        Assert.Equal(["later"], records.Ids());
    }

    [Fact]
    public async Task S19_pages_of_a_limit_follow_each_other_without_gap_or_repetition()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 7);

        var (records, isEnded) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon, limit: 2);

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"item-{i}"), records.Ids());
        Assert.False(isEnded);
    }

    [Fact]
    public async Task S19_page_has_at_most_1000_records()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 1010);
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.TrimHorizon, Cancellation);

        using var page = await bed.Client.GetRecordsAsync(stream, iterator, null, Cancellation);
        Assert.Equal(1000, page.Records.Count);

        var (rest, _) = await bed.ReadAsync(stream, page.NextShardIterator!);
        Assert.Equal(10, rest.Count);
    }

    [Fact]
    public async Task S19_records_of_many_bytes_come_on_several_pages_all_of_them()
    {
        var (bed, stream, shard) = await OpenShardAsync();
        for (var i = 0; i < 12; i++)
            await bed.PutAsync(_table, $"item-{i}", i, new string('x', 300_000));
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.TrimHorizon, Cancellation);

        using (var page = await bed.Client.GetRecordsAsync(stream, iterator, null, Cancellation))
            Assert.InRange(page.Records.Count, 1, bed.LimitsPagesByBytes ? 6 : 12);

        var (records, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);
        Assert.Equal(12, records.Count);
    }

    [Fact]
    public async Task S22_open_shard_read_to_its_end_has_a_next_iterator_that_sees_later_records()
    {
        var (bed, stream, shard) = await OpenShardAsync();
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.TrimHorizon, Cancellation);
        for (var i = 0; i < 3; i++)
        {
            using var page = await bed.Client.GetRecordsAsync(stream, iterator, null, Cancellation);
            Assert.Empty(page.Records);
            Assert.NotNull(page.NextShardIterator);
            iterator = page.NextShardIterator;
        }

        await bed.PutAsync(_table, "late", 1);

        Assert.Equal(["late"], (await bed.ReadOldAsync(stream, shard, iterator)).Ids());
    }

    [Fact]
    public async Task Iterator_that_is_used_twice_gives_the_same_records_twice()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 3);
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.TrimHorizon, Cancellation);

        var (first, _) = await bed.ReadAsync(stream, iterator);
        var (second, _) = await bed.ReadAsync(stream, iterator);

        Assert.Equal(first.Select(record => record.SequenceNumber), second.Select(record => record.SequenceNumber));
    }

    [Fact]
    public async Task S53_event_ids_differ_and_are_the_same_when_read_again()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 5);

        var (first, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);
        var (second, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        Assert.Equal(5, first.Select(record => record.EventId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(first.Select(record => record.EventId), second.Select(record => record.EventId));
    }

    [Fact]
    public async Task S59_numbers_grow_from_record_to_record()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 12);

        var (records, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        Assert.Equal(12, records.Count);
        Assert.All(records.Zip(records.Skip(1)), pair => Assert.True(pair.First.SequenceNumber < pair.Second.SequenceNumber));
    }

    [Fact]
    public async Task S50_S51_S56_changes_of_an_item_come_in_order_with_their_images()
    {
        var (bed, stream, shard) = await OpenShardAsync();
        await bed.PutAsync(_table, "a", 1);
        await bed.PutAsync(_table, "a", 2);
        await bed.DeleteAsync(_table, "a");

        var (records, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        Assert.Equal([EventName.Insert, EventName.Modify, EventName.Remove], records.Select(record => record.EventName));
        Assert.Equal([1, 2, null], records.Select(record => record.NewImage?.GetInt64("value")));
        Assert.Equal([null, 1, 2], records.Select(record => record.OldImage?.GetInt64("value")));
        Assert.All(records, record =>
        {
            Assert.Equal("a", record.Keys.GetString("id"));
            Assert.Equal(stream, record.StreamArn);
            Assert.Equal("NEW_AND_OLD_IMAGES", record.StreamViewType);
            Assert.NotNull(record.AwsRegion);
            Assert.True(record.SizeBytes >= 1);
            Assert.Equal(0, record.ApproximateCreationTime!.Value.Ticks % TimeSpan.TicksPerSecond);
            Assert.Null(record.UserIdentity);
        });
    }

    [Fact]
    public async Task S60_write_that_changes_nothing_yields_no_record()
    {
        var (bed, stream, shard) = await OpenShardAsync();
        await bed.PutAsync(_table, "a", 1);
        await bed.PutAsync(_table, "a", 1);
        await bed.DeleteAsync(_table, "b");
        await bed.PutAsync(_table, "c", 1);

        var (records, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        Assert.Equal(["a", "c"], records.Ids());
    }

    [Fact]
    public async Task S21_shard_of_a_disabled_stream_is_read_to_its_end_with_every_record()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 3);
        await bed.DisableStreamAsync(_table);

        var (records, isEnded) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        Assert.Equal(["item-0", "item-1", "item-2"], records.Ids());
        Assert.True(isEnded);
    }

    [Fact]
    public async Task S21_iterator_taken_before_the_end_leads_to_it()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 1);
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.TrimHorizon, Cancellation);
        await bed.PutAsync(_table, "last", 1);
        await bed.DisableStreamAsync(_table);

        var (records, isEnded) = await bed.ReadAsync(stream, iterator, limit: 1);

        Assert.Equal(["item-0", "last"], records.Ids());
        Assert.True(isEnded);
    }

    [Fact]
    public async Task S21_closed_shard_read_behind_its_last_record_ends_without_records()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 2);
        await bed.DisableStreamAsync(_table);
        var (all, _) = await bed.ReadAsync(stream, shard, IteratorStart.TrimHorizon);

        var (records, isEnded) = await bed.ReadAsync(stream, shard, IteratorStart.After(all[^1].SequenceNumber));

        Assert.Empty(records);
        Assert.True(isEnded);
    }

    [Fact]
    public async Task Page_that_was_given_back_can_no_longer_be_read()
    {
        var (bed, stream, shard) = await OpenShardAsync(records: 1);
        var iterator = await bed.Client.GetShardIteratorAsync(stream, shard, IteratorStart.TrimHorizon, Cancellation);
        var page = await bed.Client.GetRecordsAsync(stream, iterator, null, Cancellation);
        var record = Assert.Single(page.Records);
        var kept = record.Detach();

        page.Dispose();

        Assert.Throws<ObjectDisposedException>(() => record.EventId);
        Assert.Equal("item-0", kept.Keys.GetString("id"));
    }
}
