namespace StreamWorker.Consumer.Tests;

public sealed class LeasedShardTests
{
    private static readonly LeaseScope s_scope = new("orders", "search", StreamArn.Parse("arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/1"));
    private static readonly ShardId s_shard = new("shard");

    private readonly ArmedClock _clock = new();
    private readonly InMemoryLeaseStore _store = new();
    private readonly LeaseSession _session;

    public LeasedShardTests()
    {
        _session = new LeaseSession(new WorkerIdentity("one", "a"), TimeSpan.FromSeconds(1), _clock);
        _session.Extend(_clock.GetTimestamp(), _clock.GetUtcNow(), TimeSpan.FromSeconds(2.7));
    }

    [Fact]
    public async Task Checkpoint_of_a_zombie_is_refused_by_the_epoch_and_it_delivers_no_more()
    {
        var shard = await ClaimAsync();
        Assert.True(await shard.StoreAsync(Pages.Number(1), default, default));
        var other = await _store.ClaimAsync(s_scope, shard.Lease, new WorkerIdentity("two", "b"), default);
        Assert.Equal(2, other!.Epoch);
        Assert.True(shard.MayProceed);
        Assert.False(await shard.StoreAsync(Pages.Number(2), default, default));
        Assert.False(shard.MayProceed);
        Assert.Equal(Pages.Number(1), _store.Find(s_scope, s_shard)!.Checkpoint);
        Assert.Equal("000000000000000000001", shard.Stored);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task T4_memo_of_the_last_checkpoint_is_there_for_the_next_owner(int length)
    {
        var shard = await ClaimAsync();
        Assert.True(await shard.StoreAsync(Pages.Number(1), new byte[length], default));
        await shard.ReleaseAsync(default);

        var next = await ClaimAsync();
        Assert.Equal(new byte[length], (await next.LoadMemoAsync(default))!.Value.ToArray());
        Assert.Equal(length <= 10 ? 0 : 1, _store.Calls.Count(call => call.Operation == LeaseStoreOperation.LoadMemo));
    }

    [Fact]
    public async Task Memo_is_not_read_under_a_lease_that_somebody_else_has()
    {
        var shard = await ClaimAsync();
        await shard.StoreAsync(Pages.Number(1), new byte[10_000], default);
        await shard.ReleaseAsync(default);
        var next = await ClaimAsync();
        await _store.ClaimAsync(s_scope, next.Lease, new WorkerIdentity("two", "b"), default);

        Assert.Null(await next.LoadMemoAsync(default));
        Assert.False(next.MayProceed);
    }

    [Fact]
    public async Task Lease_whose_time_is_over_may_not_proceed_whether_a_timer_has_run_or_not()
    {
        var shard = await ClaimAsync();
        _clock.Advance(TimeSpan.FromSeconds(2.6));
        Assert.True(shard.MayProceed);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(shard.MayProceed);
    }

    [Fact]
    public async Task Lease_that_is_lost_is_neither_released_nor_ended()
    {
        var shard = await ClaimAsync();
        await _session.LoseAsync();
        await shard.ReleaseAsync(default);
        Assert.Null(await shard.EndAsync(null, [], default));
        Assert.DoesNotContain(_store.Calls, call => call.Operation is LeaseStoreOperation.Release or LeaseStoreOperation.EndShard);
        Assert.Equal("a", _store.Find(s_scope, s_shard)!.Owner!.Incarnation);
    }

    [Fact]
    public async Task Lease_that_was_released_may_not_proceed()
    {
        var shard = await ClaimAsync();
        await shard.ReleaseAsync(default);
        Assert.False(shard.MayProceed);
        Assert.Null(_store.Find(s_scope, s_shard)!.Owner);
    }

    [Fact]
    public async Task Shard_that_has_ended_makes_its_childrens_leases_in_the_same_step()
    {
        var shard = await ClaimAsync();
        var children = await shard.EndAsync(Pages.Number(9), [new NewLease(new ShardId("child"), s_shard, LeaseStart.TrimHorizon)], default);
        Assert.Equal("child", Assert.Single(children!).Shard.Value);
        Assert.Equal(LeaseState.Done, _store.Find(s_scope, s_shard)!.State);
        Assert.False(shard.MayProceed);
    }

    [Fact]
    public void Session_once_lost_stays_lost()
    {
        _ = _session.LoseAsync();
        _session.Extend(_clock.GetTimestamp(), _clock.GetUtcNow(), TimeSpan.FromMinutes(1));
        Assert.False(_session.IsValid);
        Assert.Equal(TimeSpan.Zero, _session.Remaining);
    }

    private async Task<LeasedShard> ClaimAsync()
    {
        await _store.CreateLeaseAsync(s_scope, new NewLease(s_shard, null, LeaseStart.TrimHorizon), default);
        var lease = await _store.ClaimAsync(s_scope, _store.Find(s_scope, s_shard)!, _session.Worker, default);
        return new LeasedShard(_store, s_scope, lease!, _session);
    }
}
