using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryLeaseStoreTests
{
    private static readonly ShardId s_shard = new("shardId-1");
    private static readonly ShardId s_child = new("shardId-2");
    private static readonly WorkerIdentity s_worker = new("alice", "1");
    private static readonly LeaseScope s_scope = new("app", "search", StreamArn.Parse("arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/2026-01-31T12:00:00.000"));

    private readonly InMemoryLeaseStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<Lease> ClaimAsync()
    {
        await _store.CreateLeaseAsync(s_scope, new NewLease(s_shard, null, LeaseStart.TrimHorizon), Cancellation);
        return (await _store.ClaimAsync(s_scope, _store.Find(s_scope, s_shard)!, s_worker, Cancellation))!;
    }

    [Fact]
    public async Task Refused_write_is_not_done()
    {
        var held = await ClaimAsync();
        _store.OnCall = call => call.Operation == LeaseStoreOperation.Checkpoint ? LeaseStoreFault.Throttled() : null;

        var error = await Assert.ThrowsAsync<LeaseStoreException>(() => _store.CheckpointAsync(s_scope, held, SequenceNumber.Parse("7"), default, Cancellation).AsTask());

        Assert.True(error.IsTransient);
        Assert.Null(_store.Find(s_scope, s_shard)!.Checkpoint);
        Assert.Empty(_store.Checkpoints);
        Assert.Equal(
            new LeaseStoreCall(3, LeaseStoreOperation.Checkpoint) { Scope = s_scope, Shard = s_shard, Worker = s_worker, Position = SequenceNumber.Parse("7") },
            _store.Calls[^1]);
    }

    [Fact]
    public async Task Write_whose_reply_is_lost_is_done_and_succeeds_when_sent_again()
    {
        var held = await ClaimAsync();
        var losses = 1;
        _store.OnCall = call => losses-- > 0 ? LeaseStoreFault.ReplyLost() : null;

        await Assert.ThrowsAsync<LeaseStoreException>(() => _store.EndShardAsync(s_scope, held, null, [new NewLease(s_child, s_shard, LeaseStart.TrimHorizon)], Cancellation).AsTask());

        Assert.Equal(LeaseState.Done, _store.Find(s_scope, s_shard)!.State);
        var children = await _store.EndShardAsync(s_scope, held, null, [new NewLease(s_child, s_shard, LeaseStart.TrimHorizon)], Cancellation);
        Assert.Equal(_store.Find(s_scope, s_child), Assert.Single(children!));
    }

    [Fact]
    public async Task Checkpoints_are_kept_in_order_with_what_became_of_them()
    {
        var held = await ClaimAsync();
        await _store.CheckpointAsync(s_scope, held, SequenceNumber.Parse("7"), default, Cancellation);
        await _store.CheckpointAsync(s_scope, held with { Epoch = held.Epoch - 1 }, SequenceNumber.Parse("9"), default, Cancellation);
        await _store.EndShardAsync(s_scope, held, SequenceNumber.Parse("8"), [], Cancellation);

        Assert.Equal(
            [
                new CheckpointEntry(s_scope, s_shard, s_worker, 1, SequenceNumber.Parse("7"), EndsShard: false, CheckpointOutcome.Stored),
                new CheckpointEntry(s_scope, s_shard, s_worker, 0, SequenceNumber.Parse("9"), EndsShard: false, CheckpointOutcome.Fenced),
                new CheckpointEntry(s_scope, s_shard, s_worker, 1, SequenceNumber.Parse("8"), EndsShard: true, CheckpointOutcome.Stored),
            ],
            _store.Checkpoints);
    }

    [Fact]
    public async Task Call_waits_at_the_gate()
    {
        var opened = new TaskCompletionSource();
        _store.Gate = async (_, cancellationToken) => await opened.Task.WaitAsync(cancellationToken);

        var beating = _store.BeatAsync("app", s_worker, 1, Cancellation).AsTask();

        Assert.False(beating.IsCompleted);
        opened.SetResult();
        Assert.True(await beating);
    }

    [Fact]
    public async Task Row_that_somebody_deletes_is_gone()
    {
        await ClaimAsync();
        Assert.Single(_store.Leases);

        Assert.True(_store.Delete(s_scope, s_shard));
        Assert.False(_store.Delete(s_scope, s_shard));

        Assert.Null(_store.Find(s_scope, s_shard));
        Assert.Empty(_store.Leases);
    }

    [Fact]
    public async Task Lease_without_owner_is_nobodys_to_write_under()
    {
        var held = await ClaimAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => _store.ReleaseAsync(s_scope, held with { Owner = null }, Cancellation).AsTask());
    }

    [Fact]
    public async Task End_of_a_shard_takes_no_more_than_90_children()
    {
        var held = await ClaimAsync();
        var children = Enumerable.Range(0, 91).Select(i => new NewLease(new ShardId($"child-{i}"), s_shard, LeaseStart.TrimHorizon)).ToList();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _store.EndShardAsync(s_scope, held, null, children, Cancellation).AsTask());
    }
}
