using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using StreamWorker.Consumer.Leases;
using StreamWorker.DynamoDb.Tests.Fakes;
using static StreamWorker.DynamoDb.Tests.Leases.LeaseStoreFixture;

namespace StreamWorker.DynamoDb.Tests.Leases;

public sealed class LeaseStoreWireTests
{
    private static readonly Lease Held = new(new ShardId("shard-1"), null, LeaseStart.TrimHorizon, null, LeaseState.Active, Anna, 3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listing_is_consistent_and_reads_every_page()
    {
        await using var service = new LoopbackService(request => CannedAnswer.Ok(request.Json.Contains("ExclusiveStartKey", StringComparison.Ordinal)
            ? $$"""{"Items":[{{Row("shard-2")}} ],"Count":1}"""
            : $$"""{"Items":[{{Row("shard-1")}}],"Count":1,"LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"lease#shard-1"} } }"""));
        using var store = Store(service);
        var leases = await store.ListLeasesAsync(Scope, Token);
        Assert.Equal(["shard-1", "shard-2"], leases.Select(lease => lease.Shard.Value));
        Assert.Equal(2, service.Requests.Count);
        Assert.All(service.Requests, request => Assert.True(JsonDocument.Parse(request.Body).RootElement.GetProperty("ConsistentRead").GetBoolean()));
    }

    [Fact]
    public async Task Every_conditional_write_asks_for_the_old_row()
    {
        await using var service = new LoopbackService(CannedAnswer.Error(400, "ConditionalCheckFailedException", "The conditional request failed"));
        using var store = Store(service);
        Assert.Null(await store.ClaimAsync(Scope, Held, Bert, Token));
        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(Scope, Held, SequenceNumber.Parse("5"), default, Token));
        Assert.False(await store.ReleaseAsync(Scope, Held, Token));
        Assert.False(await store.BeatAsync("orders", Anna, 1, Token));
        Assert.False(await store.BeatAsync("orders", Anna, 2, Token));
        Assert.False(await store.FenceWorkerAsync("orders", new WorkerRow(Anna, 1, false), Token));
        Assert.Equal(6, service.Requests.Count);
        Assert.All(service.Requests, request =>
        {
            var json = JsonDocument.Parse(request.Body).RootElement;
            Assert.NotEqual("", json.GetProperty("ConditionExpression").GetString());
            Assert.Equal("ALL_OLD", json.GetProperty("ReturnValuesOnConditionCheckFailure").GetString());
        });
    }

    [Fact]
    public async Task Heartbeats_have_connections_of_their_own()
    {
        await using var service = new LoopbackService(request => request.Target.EndsWith("Query", StringComparison.Ordinal)
            ? CannedAnswer.Ok("""{"Items":[]}""")
            : CannedAnswer.Ok("{}"));
        using var store = Store(service);
        await store.ListLeasesAsync(Scope, Token);
        await store.BeatAsync("orders", Anna, 1, Token);
        await store.ListLeasesAsync(Scope, Token);
        await store.BeatAsync("orders", Anna, 2, Token);
        Assert.Equal([0, 1, 0, 1], service.Requests.Select(request => request.Connection));
    }

    [Fact]
    public async Task Heartbeat_without_an_answer_ends_after_its_own_time_out()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("{}") with { IsSilent = true });
        var time = new FakeTimeProvider();
        using var store = Store(service, time);
        var beat = store.BeatAsync("orders", Anna, 1, Token).AsTask();
        await service.NextRequestAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<LeaseStoreException>(() => beat);
        Assert.True(error.IsTransient);
        Assert.Contains("heartbeat of anna", error.Message, StringComparison.Ordinal);
        Assert.Contains("within 1 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cancellation_stays_a_cancellation()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("{}") with { IsSilent = true });
        using var store = Store(service, new FakeTimeProvider());
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = store.ReleaseAsync(Scope, Held, cancellation.Token).AsTask();
        await service.NextRequestAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(400, "ProvisionedThroughputExceededException", true)]
    [InlineData(400, "ThrottlingException", true)]
    [InlineData(400, "TransactionConflictException", true)]
    [InlineData(500, "InternalServerError", true)]
    [InlineData(400, "AccessDeniedException", false)]
    [InlineData(400, "ResourceNotFoundException", false)]
    [InlineData(400, "ValidationException", false)]
    public async Task Error_of_the_service_tells_whether_another_try_is_worth_it(int status, string code, bool isTransient)
    {
        await using var service = new LoopbackService(CannedAnswer.Error(status, code));
        using var store = Store(service);
        var error = await Assert.ThrowsAsync<LeaseStoreException>(async () => await store.CheckpointAsync(Scope, Held, SequenceNumber.Parse("5"), default, Token));
        Assert.Equal(isTransient, error.IsTransient);
        Assert.Contains("Checkpointing shard-1 in table streamworker", error.Message, StringComparison.Ordinal);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shard_end_that_meets_another_transaction_is_tried_again()
    {
        var calls = 0;
        await using var service = new LoopbackService(_ => ++calls == 1
            ? new CannedAnswer(400, """{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[{"Code":"TransactionConflict","Message":"x"},{"Code":"None"}]}"""u8.ToArray())
            : CannedAnswer.Ok("{}"));
        using var store = Store(service);
        var children = await store.EndShardAsync(Scope, Held, null, [new NewLease(new ShardId("shard-2"), Held.Shard, LeaseStart.TrimHorizon)], Token);
        Assert.Equal("shard-2", Assert.Single(children!).Shard.Value);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Lease_without_owner_cannot_be_written_as_held()
    {
        await using var service = new LoopbackService(CannedAnswer.Ok("{}"));
        using var store = Store(service);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.CheckpointAsync(Scope, Held with { Owner = null }, SequenceNumber.Parse("5"), default, Token));
        Assert.Empty(service.Requests);
    }

    private static DynamoDbLeaseStore Store(LoopbackService service, TimeProvider? time = null) => new(TestClients.Options(service.Url), time ?? TimeProvider.System);

    private static string Row(string shard) =>
        $$"""{"pk":{"S":"p"},"sk":{"S":"lease#{{shard}}"},"schema":{"N":"1"},"start":{"S":"TRIM_HORIZON"},"state":{"S":"ACTIVE"},"epoch":{"N":"0"} }""";
}
