using System.Text;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;
using StreamWorker.DynamoDb.Tests.Fakes;
using StreamWorker.Tests.Shared;
using static StreamWorker.DynamoDb.Tests.Leases.LeaseStoreFixture;
using Row = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;
using RowValue = Amazon.DynamoDBv2.Model.AttributeValue;

namespace StreamWorker.DynamoDb.Tests.Leases;

/// <summary>Where memos are kept in the table, that nothing of them is left behind, and what neighbours of another version make of them.</summary>
public sealed class MemoRowsTests(DynamoDbLocal server)
{
    private static readonly SequenceNumber s_first = SequenceNumber.Parse("100000000000000000001");
    private static readonly SequenceNumber s_second = SequenceNumber.Parse("100000000000000000002");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Short_memo_is_an_attribute_of_the_lease()
    {
        await using var fixture = await StartAsync(server);
        await StoreAsync(fixture, await fixture.HoldAsync("shard-1", Anna), s_first, Encoding.UTF8.GetBytes("memo"));

        var row = Assert.Single(await RowsAsync(fixture));
        Assert.Equal("memo", Encoding.UTF8.GetString(row["memo"].B.ToArray()));
        Assert.Equal(s_first.ToPaddedString(), row["memoAt"].S);
        Assert.Equal("1", row["schema"].N);
    }

    [Fact]
    public async Task Long_memo_is_kept_in_rows_of_its_own_which_listings_do_not_read()
    {
        await using var fixture = await StartAsync(server);
        await StoreAsync(fixture, await fixture.HoldAsync("shard-1", Anna), s_first, new byte[1024 * 1024]);

        var rows = await RowsAsync(fixture);
        Assert.Equal(["lease#shard-1", "memo#shard-1#0", "memo#shard-1#1", "memo#shard-1#2"], rows.Select(row => row["sk"].S).Order());
        Assert.All(rows, row => Assert.Equal("1", row["schema"].N));
        Assert.All(rows.Where(row => row.ContainsKey("content")), row => Assert.True(row["content"].B.Length <= 350 * 1024));
        var lease = Assert.Single(rows, row => row["sk"].S == "lease#shard-1");
        Assert.Equal(("3", 32L, false), (lease["memoParts"].N, lease["memoHash"].B.Length, lease.ContainsKey("memo")));

        var listed = await fixture.GetAsync("shard-1");
        Assert.True(listed.IsMemoApart);
        Assert.InRange(fixture.Proxy.Requests[^1].Body.Length, 1, 1000);
        Assert.DoesNotContain("memo#", fixture.Proxy.Requests[^1].Json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400_000)]
    [InlineData(100)]
    [InlineData(0)]
    public async Task Rows_of_the_last_memo_go_with_the_next_checkpoint(int length)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        await StoreAsync(fixture, held, s_first, new byte[1024 * 1024]);
        await StoreAsync(fixture, held, s_second, new byte[length]);

        var parts = length > 4096 ? 2 : 0;
        var rows = await RowsAsync(fixture);
        Assert.Equal(parts + 1, rows.Count);
        Assert.Equal(parts > 0, rows.Single(row => row["sk"].S == "lease#shard-1").ContainsKey("memoParts"));
    }

    [Fact]
    public async Task Checkpoint_without_memo_costs_one_request_and_leaves_no_attribute_of_one()
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        await StoreAsync(fixture, held, s_first, new byte[10]);
        var before = fixture.Proxy.Requests.Count;
        await StoreAsync(fixture, held, s_second, []);

        Assert.Equal(before + 1, fixture.Proxy.Requests.Count);
        Assert.DoesNotContain(Assert.Single(await RowsAsync(fixture)).Keys, name => name.StartsWith("memo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_of_the_memo_go_with_the_end_of_the_shard()
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        await StoreAsync(fixture, held, s_first, new byte[1024 * 1024]);
        var children = Enumerable.Range(2, 90).Select(i => new NewLease(new ShardId($"shard-{i}"), held.Shard, LeaseStart.TrimHorizon)).ToList();

        Assert.Equal(90, (await fixture.Store.EndShardAsync(Scope, held, s_second, children, Token))!.Count);

        var rows = await RowsAsync(fixture);
        Assert.Equal(91, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain(row.Keys, name => name.StartsWith("memo", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Shard_end_over_a_long_memo_keeps_a_later_checkpoint()
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        await StoreAsync(fixture, held, s_second, new byte[1024 * 1024]);

        Assert.Empty((await fixture.Store.EndShardAsync(Scope, held, s_first, [], Token))!);

        var row = Assert.Single(await RowsAsync(fixture));
        Assert.Equal(("DONE", s_second.ToPaddedString()), (row["state"].S, row["checkpoint"].S));
    }

    [Fact]
    public async Task F29_memo_counts_for_nothing_once_a_neighbour_that_does_not_know_it_has_moved_the_checkpoint()
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        foreach (var memo in new[] { new byte[10], new byte[1024 * 1024] })
        {
            await StoreAsync(fixture, held, s_first, memo);
            await ChangeAsync(fixture, row => row["checkpoint"] = new RowValue(s_second.ToPaddedString()));

            var found = await fixture.GetAsync("shard-1");
            Assert.Equal(held with { Checkpoint = s_second }, found);
            Assert.True((await fixture.Store.LoadMemoAsync(Scope, found, Token))!.Value.IsEmpty);
            await ChangeAsync(fixture, row => row.Remove("checkpoint"));
        }

        await StoreAsync(fixture, held, s_second, []);
        Assert.Single(await RowsAsync(fixture));
    }

    [Fact]
    public async Task F29_rows_of_a_memo_go_with_the_lease_of_a_shard_that_such_a_neighbour_has_ended()
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        await StoreAsync(fixture, held, s_first, new byte[1024 * 1024]);
        await ChangeAsync(fixture, row =>
        {
            row["state"] = new RowValue("DONE");
            row.Remove("owner");
            row.Remove("incarnation");
        });

        var done = await fixture.GetAsync("shard-1");
        Assert.Equal((true, false), (done.Memo.IsEmpty, done.IsMemoApart));
        Assert.False(await fixture.Store.RemoveLeaseAsync(Scope, done with { Epoch = 7 }, Token));
        Assert.True(await fixture.Store.RemoveLeaseAsync(Scope, done, Token));
        Assert.True(await fixture.Store.RemoveLeaseAsync(Scope, done, Token));

        Assert.Empty(await RowsAsync(fixture));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Memo_whose_rows_do_not_belong_together_stops_the_program_and_is_named(bool isMissing)
    {
        await using var fixture = await StartAsync(server);
        await StoreAsync(fixture, await fixture.HoldAsync("shard-1", Anna), s_first, new byte[400_000]);
        var part = (await RowsAsync(fixture)).Single(row => row["sk"].S == "memo#shard-1#1");
        if (isMissing)
        {
            await fixture.Raw.DeleteItemAsync(fixture.TableName, new Row { ["pk"] = part["pk"], ["sk"] = part["sk"] }, Token);
        }
        else
        {
            part["content"] = new RowValue { B = new MemoryStream([1, 2, 3]) };
            await fixture.Raw.PutItemAsync(fixture.TableName, part, Token);
        }

        var error = await Assert.ThrowsAsync<LeaseStoreException>(async () => await fixture.Store.LoadMemoAsync(Scope, await fixture.GetAsync("shard-1"), Token));
        Assert.False(error.IsTransient);
        Assert.Contains("sk 'lease#shard-1') of the lease table cannot be read: the rows of its memo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memo_write_that_meets_another_transaction_is_tried_again()
    {
        var calls = 0;
        await using var service = new LoopbackService(_ => ++calls == 1
            ? new CannedAnswer(400, """{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[{"Code":"TransactionConflict","Message":"x"},{"Code":"None"}]}"""u8.ToArray())
            : CannedAnswer.Ok("{}"));
        using var store = new DynamoDbLeaseStore(TestClients.Options(service.Url), TimeProvider.System);
        var held = new Lease(new ShardId("shard-1"), null, LeaseStart.TrimHorizon, null, LeaseState.Active, Anna, 3);

        Assert.Equal(CheckpointOutcome.Stored, await store.CheckpointAsync(Scope, held, s_first, new byte[5000], Token));

        Assert.Equal(2, calls);
        Assert.All(service.Requests, request => Assert.EndsWith("TransactWriteItems", request.Target, StringComparison.Ordinal));
    }

    private static async Task StoreAsync(LeaseStoreFixture fixture, Lease held, SequenceNumber position, byte[] memo) =>
        Assert.Equal(CheckpointOutcome.Stored, await fixture.Store.CheckpointAsync(Scope, held, position, memo, Token));

    private static async Task<List<Row>> RowsAsync(LeaseStoreFixture fixture)
    {
        var rows = new List<Row>();
        var request = new ScanRequest { TableName = fixture.TableName, ConsistentRead = true };
        do
        {
            var page = await fixture.Raw.ScanAsync(request, Token);
            rows.AddRange(page.Items);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return rows;
    }

    private static async Task ChangeAsync(LeaseStoreFixture fixture, Action<Row> change)
    {
        var row = (await RowsAsync(fixture)).Single(row => row["sk"].S == "lease#shard-1");
        change(row);
        await fixture.Raw.PutItemAsync(fixture.TableName, row, Token);
    }
}
