using StreamWorker.Consumer.Failures;

namespace StreamWorker.Consumer.Tests.Failures;

/// <summary>C2, C3: what was given up comes to its handler once more, and never an old version after a newer one unless that is asked for.</summary>
public sealed class RedriveTests
{
    private readonly RedriveRig _rig = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batch_that_is_handled_is_deleted()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"), _rig.Put("b", "b1"));

        var result = Assert.Single(await _rig.DeliverAsync());

        Assert.Equal((RedriveOutcome.Delivered, 2, null), (result.Outcome, result.Delivered, result.Reason));
        var (notes, context) = Assert.Single(_rig.Handled);
        Assert.Equal(["Insert a1", "Insert b1"], notes);
        Assert.Equal(("search", _rig.Table.Records[0].Shard, 1), (context.Consumer, context.ShardId!.Value, context.Attempt));
        Assert.Empty(_rig.Kept);
        Assert.Empty(_rig.Released);
    }

    [Fact]
    public async Task Batch_whose_handler_fails_stays_and_the_next_one_is_delivered()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"));
        await _rig.GiveUpAsync(false, _rig.Put("b", "b1"));
        _rig.Handler = records => RedriveRig.NoteOf(records[0]) == "Insert a1" ? BatchResult.Failed(new IOException("still no")) : BatchResult.Succeeded;

        var results = await _rig.DeliverAsync();

        Assert.Equal([(RedriveOutcome.Failed, "still no"), (RedriveOutcome.Delivered, null)], results.Select(result => (result.Outcome, result.Reason)));
        Assert.True(results[0].IsFailure);
        Assert.Equal("Insert a1", RedriveRig.NoteOf(Assert.Single(_rig.Kept).Records[0]));
        Assert.Single(_rig.Released);
    }

    [Fact]
    public async Task Batch_of_which_a_part_is_handled_stays_whole()
    {
        var (first, second) = (_rig.Put("a", "a1"), _rig.Put("b", "b1"));
        await _rig.GiveUpAsync(false, first, second);
        _rig.Handler = records => BatchResult.PartlyFailed([BatchItemFailure.Of(records[1])]);

        var result = Assert.Single(await _rig.DeliverAsync());

        Assert.Equal((RedriveOutcome.Failed, 1, "its handler reported 1 failed records"), (result.Outcome, result.Delivered, result.Reason));
        Assert.Equal(2, Assert.Single(_rig.Kept).Records.Count);
    }

    [Fact]
    public async Task Handler_that_cannot_be_reached_is_said()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"));
        _rig.Handler = _ => BatchResult.NotInvoked(new IOException("connection refused"));

        Assert.Equal("its handler cannot be reached: connection refused", Assert.Single(await _rig.DeliverAsync()).Reason);
        Assert.Single(_rig.Kept);
    }

    [Fact]
    public async Task Records_are_handed_over_in_batches_of_the_consumers_size()
    {
        await _rig.GiveUpAsync(false, [.. Enumerable.Range(1, 5).Select(i => _rig.Put($"i{i}", $"n{i}"))]);

        await _rig.DeliverAsync(batchSize: 2);

        Assert.Equal([2, 2, 1], _rig.Handled.Select(batch => batch.Notes.Count));
    }

    [Fact]
    public async Task C3_old_version_is_not_delivered_after_a_newer_one_unless_that_is_asked_for()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"));
        _rig.Put("a", "a2");

        var result = Assert.Single(await _rig.DeliverAsync());

        Assert.Equal((RedriveOutcome.Stale, 0, 1), (result.Outcome, result.Delivered, result.Stale));
        Assert.Equal("1 of 1 records are not delivered: the item is another one in the table now", result.Reason);
        Assert.False(result.IsFailure);
        Assert.Empty(_rig.Handled);
        Assert.Single(_rig.Kept);

        Assert.Equal(RedriveOutcome.Delivered, Assert.Single(await _rig.DeliverAsync(allowStale: true)).Outcome);
        Assert.Equal(["Insert a1"], Assert.Single(_rig.Handled).Notes);
    }

    [Fact]
    public async Task C3_versions_before_the_latest_are_delivered_with_it()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"), _rig.Put("a", "a2"));

        await _rig.DeliverAsync();

        Assert.Equal(["Insert a1", "Modify a2"], Assert.Single(_rig.Handled).Notes);
    }

    [Fact]
    public async Task C3_fresh_records_of_a_batch_are_delivered_and_the_batch_stays_for_the_stale_ones()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"), _rig.Put("b", "b1"));
        _rig.Put("a", "a2");

        var result = Assert.Single(await _rig.DeliverAsync());

        Assert.Equal((RedriveOutcome.Stale, 1, 1), (result.Outcome, result.Delivered, result.Stale));
        Assert.Equal(["Insert b1"], Assert.Single(_rig.Handled).Notes);
        Assert.Single(_rig.Kept);
    }

    [Fact]
    public async Task C3_removal_is_delivered_while_the_item_is_gone_and_not_when_it_is_there_again()
    {
        _rig.Put("a", "a1");
        await _rig.GiveUpAsync(false, _rig.Table.Delete(new TestItem().With("id", "a"))!);

        Assert.Equal(RedriveOutcome.Delivered, Assert.Single(await _rig.DeliverAsync(isDryRun: true)).Outcome);

        _rig.Put("a", "a2");
        Assert.Equal("1 of 1 records are not delivered: the item is in the table again", Assert.Single(await _rig.DeliverAsync()).Reason);
    }

    [Fact]
    public async Task C3_item_that_is_gone_is_not_brought_back()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"));
        _rig.Table.Delete(new TestItem().With("id", "a"));

        Assert.Equal("1 of 1 records are not delivered: the item is not in the table any more", Assert.Single(await _rig.DeliverAsync()).Reason);
    }

    [Fact]
    public async Task C3_table_that_cannot_be_read_holds_records_back()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"));
        _rig.ItemsFault = new StreamServiceException(StreamErrorKind.AccessDenied, "no GetItem");

        Assert.Equal("1 of 1 records are not delivered: it cannot be compared with the table: no GetItem", Assert.Single(await _rig.DeliverAsync()).Reason);
        Assert.Equal(RedriveOutcome.Delivered, Assert.Single(await _rig.DeliverAsync(allowStale: true)).Outcome);
    }

    [Fact]
    public async Task D7_records_that_a_message_points_at_are_read_from_the_stream()
    {
        var records = new[] { _rig.Put("x", "x1"), _rig.Put("a", "a1"), _rig.Put("b", "b1"), _rig.Put("y", "y1") };
        await _rig.GiveUpAsync(true, records[1], records[2]);

        Assert.Equal(RedriveOutcome.Delivered, Assert.Single(await _rig.DeliverAsync()).Outcome);

        Assert.Equal(["Insert a1", "Insert b1"], Assert.Single(_rig.Handled).Notes);
        Assert.Empty(_rig.Pointers);
        Assert.Equal(0, _rig.Streams.OpenPages);
    }

    [Fact]
    public async Task D7_pages_are_read_up_to_the_end_number()
    {
        _rig.Streams.RecordsPerPage = 2;
        var records = Enumerable.Range(1, 7).Select(i => _rig.Put($"i{i}", $"n{i}")).ToArray();
        await _rig.GiveUpAsync(true, records[0], records[1]);
        _rig.Streams.RecordsPerPage = 1;

        await _rig.DeliverAsync();

        Assert.Equal(["Insert n1", "Insert n2"], Assert.Single(_rig.Handled).Notes);
    }

    [Fact]
    public async Task D8_filter_is_applied_again_and_the_end_number_counts()
    {
        var records = new[] { _rig.Put("a", "want1"), _rig.Put("b", "no"), _rig.Put("c", "want2"), _rig.Put("d", "want3") };
        await _rig.GiveUpAsync(true, records[0], records[2]);

        await _rig.DeliverAsync(filter: new NoteFilter("want"));

        Assert.Equal(["Insert want1", "Insert want2"], Assert.Single(_rig.Handled).Notes);
    }

    [Fact]
    public async Task D8_message_of_which_the_filter_wants_nothing_stays()
    {
        await _rig.GiveUpAsync(true, _rig.Put("a", "no"));

        var result = Assert.Single(await _rig.DeliverAsync(filter: new NoteFilter("want")));

        Assert.Equal((RedriveOutcome.Unwanted, false), (result.Outcome, result.IsFailure));
        Assert.Single(_rig.Pointers);
    }

    [Theory]
    [InlineData(StreamErrorKind.Trimmed)]
    [InlineData(StreamErrorKind.NotFound)]
    public async Task D7_message_whose_records_the_stream_has_forgotten_is_said_and_stays(StreamErrorKind kind)
    {
        await _rig.GiveUpAsync(true, _rig.Put("a", "a1"));
        _rig.Streams.FailNext(StreamsOperation.GetShardIterator, () => new StreamServiceException(kind, "too late"));

        var result = Assert.Single(await _rig.DeliverAsync());

        Assert.Equal((RedriveOutcome.Trimmed, true), (result.Outcome, result.IsFailure));
        Assert.StartsWith("The stream does not have the records any more", result.Reason);
        Assert.Single(_rig.Pointers);
        Assert.Single(_rig.Released);
    }

    [Fact]
    public async Task D7_message_of_which_the_stream_has_a_part_is_not_delivered_in_part()
    {
        var records = new[] { _rig.Put("a", "a1"), _rig.Put("b", "b1") };
        await _rig.GiveUpAsync(true, records[0], records[1]);
        var notice = _rig.Pointers[0].Notice! with { First = SequenceNumber.Parse("0") };
        var other = new RedriveRig();
        var redrive = new Redrive(other, _rig.Streams, other);

        await Assert.ThrowsAnyAsync<Exception>(async () => await redrive.ReadAsync(new ArchivedBatch("m", notice), new RedriveOptions { Consumer = "search" }, Token));
    }

    [Fact]
    public async Task Stream_that_cannot_be_reached_is_a_failure_and_no_loss()
    {
        await _rig.GiveUpAsync(true, _rig.Put("a", "a1"));
        _rig.Streams.FailNext(StreamsOperation.GetRecords, () => new StreamServiceException(StreamErrorKind.Throttled, "slow down"));

        Assert.Equal((RedriveOutcome.Failed, "slow down"), Assert.Single(await _rig.DeliverAsync()) is var result ? (result.Outcome, result.Reason) : default);
        Assert.Single(_rig.Pointers);
    }

    [Fact]
    public async Task What_cannot_be_read_comes_last_and_stays()
    {
        _rig.AddUnreadable("aaa");
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"));

        var results = await _rig.DeliverAsync();

        Assert.Equal([RedriveOutcome.Delivered, RedriveOutcome.Unreadable], results.Select(result => result.Outcome));
        Assert.Equal("it is something else", results[1].Reason);
        Assert.Single(_rig.Pointers);
    }

    [Fact]
    public async Task Batches_of_a_shard_are_delivered_in_order_and_parents_before_children()
    {
        var records = new[] { _rig.Put("a", "1"), _rig.Put("b", "2") };
        _rig.Table.RollShard();
        var child = _rig.Put("c", "3");
        await _rig.GiveUpAsync(true, child);
        await _rig.GiveUpAsync(true, records[1]);
        await _rig.GiveUpAsync(true, records[0]);

        await _rig.DeliverAsync();

        Assert.Equal(["Insert 1", "Insert 2", "Insert 3"], _rig.Handled.SelectMany(batch => batch.Notes));
    }

    [Fact]
    public async Task Dry_run_looks_at_everything_and_changes_nothing()
    {
        await _rig.GiveUpAsync(false, _rig.Put("a", "a1"));
        await _rig.GiveUpAsync(true, _rig.Put("b", "b1"));
        _rig.Put("b", "b2");

        var results = await _rig.DeliverAsync(isDryRun: true);

        Assert.Equal([RedriveOutcome.Delivered, RedriveOutcome.Stale], results.Select(result => result.Outcome).Order());
        Assert.Empty(_rig.Handled);
        Assert.Equal((1, 1), (_rig.Kept.Count, _rig.Pointers.Count));
        Assert.Equal(2, _rig.Released.Count);
    }

    [Fact]
    public async Task Batches_that_were_not_come_to_are_given_back()
    {
        await _rig.GiveUpAsync(true, _rig.Put("a", "a1"));
        await _rig.GiveUpAsync(true, _rig.Put("b", "b1"));
        await _rig.GiveUpAsync(true, _rig.Put("c", "c1"));

        await foreach (var _ in _rig.Redrive.DeliverAsync(await _rig.Redrive.ListAsync(Token), _rig, new RedriveOptions { Consumer = "search" }, Token))
            break;

        Assert.Equal(["message-2", "message-3"], _rig.Released);
        Assert.Equal(2, _rig.Pointers.Count);
    }

    private sealed class NoteFilter(string prefix) : IRecordFilter
    {
        public bool Matches(StreamRecord record) => record.NewImage!.GetString("note").StartsWith(prefix, StringComparison.Ordinal);
    }
}
