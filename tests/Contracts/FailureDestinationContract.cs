using System.Globalization;
using System.Text;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Contracts;

/// <summary>What every failure destination keeps that has the records themselves. Each test begins with an empty one.</summary>
public abstract class FailureDestinationContract
{
    /// <summary>Opens an empty destination, to deliver to and to read.</summary>
    protected abstract ValueTask<(IFailureDestination Destination, IFailureArchive Archive)> OpenAsync();

    /// <summary>Opens one that cannot take anything.</summary>
    protected abstract ValueTask<IFailureDestination> OpenBrokenAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delivered_batch_is_listed_with_what_is_known_about_it_and_read_byte_by_byte()
    {
        var (destination, archive) = await OpenAsync();
        string[] records = [GivenUp.Record(1), GivenUp.Record(2, id: "é \"quoted\"".Replace("\"", "\\\"", StringComparison.Ordinal))];

        await destination.DeliverAsync(GivenUp.Batch(records), Cancellation);

        var listed = Assert.Single(await ListAsync(archive));
        var notice = listed.Notice!;
        Assert.Equal(("search", GivenUp.Stream, GivenUp.Shard), (notice.Consumer, notice.Stream, notice.ShardId));
        Assert.Equal((SequenceNumber.Parse("1"), SequenceNumber.Parse("2"), 2), (notice.First!.Value, notice.Last!.Value, notice.Count));
        Assert.Equal((DiscardCondition.RetryAttemptsExhausted, 4, "IOException: no"), (notice.Condition, notice.ApproximateInvokeCount, notice.Error));
        Assert.Equal(GivenUp.Time, notice.Timestamp);
        Assert.Equal(records.Select(WithSource), await ReadAsync(archive, listed));
    }

    [Fact]
    public async Task Batch_that_is_delivered_again_is_there_once()
    {
        var (destination, archive) = await OpenAsync();
        string[] records = [GivenUp.Record(1), GivenUp.Record(2)];

        await destination.DeliverAsync(GivenUp.Batch(records), Cancellation);
        await destination.DeliverAsync(GivenUp.Batch(records, error: "another one"), Cancellation);

        var listed = Assert.Single(await ListAsync(archive));
        Assert.Equal("another one", listed.Notice!.Error);
        Assert.Equal(2, (await ReadAsync(archive, listed)).Count);
    }

    [Fact]
    public async Task Batches_of_one_shard_are_kept_apart()
    {
        var (destination, archive) = await OpenAsync();

        for (var i = 1; i <= 12; i++)
            await destination.DeliverAsync(GivenUp.Batch([GivenUp.Record(i)]), Cancellation);

        var listed = await ListAsync(archive);
        Assert.Equal(12, listed.Select(batch => batch.Id).Distinct().Count());
        foreach (var batch in listed)
            Assert.Equal([WithSource(GivenUp.Record(long.Parse(batch.Notice!.First!.Value.ToString(), CultureInfo.InvariantCulture)))], await ReadAsync(archive, batch));
    }

    [Fact]
    public async Task Batch_of_many_records_is_kept_whole()
    {
        var (destination, archive) = await OpenAsync();
        string[] records = [.. Enumerable.Range(1, 5_000).Select(i => GivenUp.Record(i))];

        await destination.DeliverAsync(GivenUp.Batch(records), Cancellation);

        Assert.Equal(records.Select(WithSource), await ReadAsync(archive, Assert.Single(await ListAsync(archive))));
    }

    [Fact]
    public async Task Record_of_400_KB_is_kept_whole()
    {
        var (destination, archive) = await OpenAsync();
        string[] records = [GivenUp.Record(1, 400 * 1024), GivenUp.Record(2), GivenUp.Record(3, 400 * 1024)];

        await destination.DeliverAsync(GivenUp.Batch(records), Cancellation);

        Assert.Equal(records.Select(WithSource), await ReadAsync(archive, Assert.Single(await ListAsync(archive))));
    }

    [Fact]
    public async Task Record_that_is_no_JSON_inside_is_kept_as_it_was_received()
    {
        var (destination, archive) = await OpenAsync();
        var malformed = GivenUp.Record(1).Replace("\"S\":\"nnn\"", "\"S\":nnn", StringComparison.Ordinal);

        await destination.DeliverAsync(GivenUp.Batch([malformed, GivenUp.Record(2)]), Cancellation);

        Assert.Equal([malformed, GivenUp.Record(2)], await ReadAsync(archive, Assert.Single(await ListAsync(archive))));
    }

    [Fact]
    public async Task Record_without_sequence_number_is_kept()
    {
        var (destination, archive) = await OpenAsync();
        var record = GivenUp.Record(1).Replace("\"SequenceNumber\":\"000000000000000000001\",", "", StringComparison.Ordinal);

        await destination.DeliverAsync(GivenUp.Batch([record]), Cancellation);

        var listed = Assert.Single(await ListAsync(archive));
        Assert.Null(listed.Notice!.First);
        Assert.Equal([WithSource(record)], await ReadAsync(archive, listed));
    }

    [Fact]
    public async Task Long_error_is_no_hindrance()
    {
        var (destination, archive) = await OpenAsync();

        await destination.DeliverAsync(GivenUp.Batch([GivenUp.Record(1)], error: new string('x', 500_000)), Cancellation);

        Assert.StartsWith("xxx", Assert.Single(await ListAsync(archive)).Notice!.Error);
    }

    [Fact]
    public async Task Deleted_batch_is_gone_and_deleting_it_again_is_no_error()
    {
        var (destination, archive) = await OpenAsync();
        await destination.DeliverAsync(GivenUp.Batch([GivenUp.Record(1, 400 * 1024), GivenUp.Record(2, 400 * 1024)]), Cancellation);
        await destination.DeliverAsync(GivenUp.Batch([GivenUp.Record(3)]), Cancellation);
        var first = (await ListAsync(archive)).Single(batch => batch.Notice!.First == SequenceNumber.Parse("1"));

        await archive.DeleteAsync(first, Cancellation);
        await archive.DeleteAsync(first, Cancellation);

        Assert.Equal(SequenceNumber.Parse("3"), Assert.Single(await ListAsync(archive)).Notice!.First);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await archive.ReadAsync(first, Cancellation));
    }

    [Fact]
    public async Task Batch_that_cannot_be_kept_raises()
    {
        var broken = await OpenBrokenAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () => await broken.DeliverAsync(GivenUp.Batch([GivenUp.Record(1)]), Cancellation));
    }

    [Fact]
    public async Task Cancelled_delivery_raises()
    {
        var (destination, archive) = await OpenAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await destination.DeliverAsync(GivenUp.Batch([GivenUp.Record(1)]), new CancellationToken(canceled: true)));

        Assert.Empty(await ListAsync(archive));
    }

    private static string WithSource(string record) => $"{record[..^1]},\"eventSourceARN\":\"{GivenUp.Stream}\"}}";

    private static async Task<IReadOnlyList<ArchivedBatch>> ListAsync(IFailureArchive archive)
    {
        var all = new List<ArchivedBatch>();
        await foreach (var batch in archive.ListAsync(Cancellation))
            all.Add(batch);
        return all;
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(IFailureArchive archive, ArchivedBatch batch)
    {
        using var page = await archive.ReadAsync(batch, Cancellation);
        Assert.NotNull(page);
        return [.. page.Records.Select(record => Encoding.UTF8.GetString(record.Utf8Json.Span))];
    }
}
