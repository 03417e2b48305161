using StreamWorker.Consumer.Leases;
using StreamWorker.Tests.Shared;
using static StreamWorker.DynamoDb.Tests.Leases.LeaseStoreFixture;

namespace StreamWorker.DynamoDb.Tests.Leases;

/// <summary>Every write is applied and its answer lost: once, which the SDK's repetition meets, and for the whole call, which the caller's repetition meets.</summary>
public sealed class LostAnswerTests(DynamoDbLocal server)
{
    private const int WholeCall = 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Create_whose_answer_is_lost_leaves_the_lease_once(int losses)
    {
        await using var fixture = await StartAsync(server);
        var lease = new NewLease(new ShardId("shard-1"), new ShardId("shard-0"), LeaseStart.TrimHorizon);
        await RepeatAsync(fixture, losses, () => fixture.Store.CreateLeaseAsync(Scope, lease, Token));
        Assert.Equal(new Lease(lease.Shard, lease.Parent, lease.Start, null, LeaseState.Active, null, 0), await fixture.GetAsync("shard-1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Claim_whose_answer_is_lost_is_won_with_one_epoch(int losses)
    {
        await using var fixture = await StartAsync(server);
        await fixture.Store.CreateLeaseAsync(Scope, new NewLease(new ShardId("shard-1"), null, LeaseStart.TrimHorizon), Token);
        var observed = await fixture.GetAsync("shard-1");
        var claimed = await RepeatAsync(fixture, losses, () => fixture.Store.ClaimAsync(Scope, observed, Anna, Token));
        Assert.Equal(observed with { Owner = Anna, Epoch = 1 }, claimed);
        Assert.Equal(claimed, await fixture.GetAsync("shard-1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Checkpoint_whose_answer_is_lost_is_stored(int losses)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        var position = SequenceNumber.Parse("4200000000000000000001");
        Assert.Equal(CheckpointOutcome.Stored, await RepeatAsync(fixture, losses, () => fixture.Store.CheckpointAsync(Scope, held, position, default, Token)));
        Assert.Equal(position, (await fixture.GetAsync("shard-1")).Checkpoint);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(WholeCall, 10)]
    [InlineData(1, 1_000_000)]
    [InlineData(WholeCall, 1_000_000)]
    public async Task Checkpoint_with_a_memo_whose_answer_is_lost_is_stored_with_it(int losses, int length)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        var (before, after) = (SequenceNumber.Parse("4200000000000000000001"), SequenceNumber.Parse("4200000000000000000002"));
        await fixture.Store.CheckpointAsync(Scope, held, before, new byte[600_000], Token);
        var memo = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        Assert.Equal(CheckpointOutcome.Stored, await RepeatAsync(fixture, losses, () => fixture.Store.CheckpointAsync(Scope, held, after, memo, Token)));
        var found = await fixture.GetAsync("shard-1");
        Assert.Equal(after, found.Checkpoint);
        Assert.Equal(memo, (await fixture.Store.LoadMemoAsync(Scope, found, Token))!.Value.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Hand_over_with_a_long_memo_whose_answer_is_lost_happens_once(int losses)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        await fixture.Store.RequestAsync(Scope, held, Bert, Token);
        var position = SequenceNumber.Parse("4200000000000000000001");
        var memo = Enumerable.Range(0, 1_000_000).Select(i => (byte)(i * 7)).ToArray();
        Assert.Equal(HandOverOutcome.HandedOver, await RepeatAsync(fixture, losses, () => fixture.Store.HandOverAsync(Scope, held, Bert, position, memo, Token)));
        var found = await fixture.GetAsync("shard-1");
        Assert.Equal(held with { Owner = Bert, Epoch = held.Epoch + 1, Checkpoint = position, IsMemoApart = true }, found);
        Assert.Equal(memo, (await fixture.Store.LoadMemoAsync(Scope, found, Token))!.Value.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Shard_end_over_a_long_memo_whose_answer_is_lost_happens_once(int losses)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        await fixture.Store.CheckpointAsync(Scope, held, SequenceNumber.Parse("5"), new byte[1_000_000], Token);
        NewLease[] children = [new(new ShardId("shard-2"), held.Shard, LeaseStart.TrimHorizon)];
        Assert.Single((await RepeatAsync(fixture, losses, () => fixture.Store.EndShardAsync(Scope, held, SequenceNumber.Parse("9"), children, Token)))!);
        Assert.Equal(held with { Owner = null, State = LeaseState.Done, Checkpoint = SequenceNumber.Parse("9") }, await fixture.GetAsync("shard-1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Release_whose_answer_is_lost_frees_the_lease(int losses)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        Assert.True(await RepeatAsync(fixture, losses, () => fixture.Store.ReleaseAsync(Scope, held, Token)));
        Assert.Equal(held with { Owner = null }, await fixture.GetAsync("shard-1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Request_and_hand_over_whose_answers_are_lost_happen_once(int losses)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        var successor = new WorkerIdentity("successor", "1");
        var asked = await RepeatAsync(fixture, losses, () => fixture.Store.RequestAsync(Scope, held, successor, Token));
        Assert.Equal(held with { Requester = successor }, asked);
        var position = SequenceNumber.Parse("4200000000000000000001");
        Assert.Equal(HandOverOutcome.HandedOver, await RepeatAsync(fixture, losses, () => fixture.Store.HandOverAsync(Scope, held, successor, position, default, Token)));
        Assert.Equal(held with { Owner = successor, Epoch = held.Epoch + 1, Checkpoint = position }, await fixture.GetAsync("shard-1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Announcement_whose_answer_is_lost_is_noted(int losses)
    {
        await using var fixture = await StartAsync(server);
        await fixture.Store.BeatAsync("orders", Anna, 1, Token);
        await RepeatAsync(fixture, losses, async () =>
        {
            await fixture.Store.AnnounceLeavingAsync("orders", Anna, Token);
            return true;
        });
        Assert.True(Assert.Single(await fixture.Store.ListWorkersAsync("orders", Token)).IsLeaving);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Shard_end_whose_answer_is_lost_gives_the_same_children(int losses)
    {
        await using var fixture = await StartAsync(server);
        var held = await fixture.HoldAsync("shard-1", Anna);
        NewLease[] children =
        [
            new(new ShardId("shard-2"), held.Shard, LeaseStart.TrimHorizon), new(new ShardId("shard-3"), held.Shard, LeaseStart.TrimHorizon),
        ];
        var position = SequenceNumber.Parse("4200000000000000000009");
        var mine = await RepeatAsync(fixture, losses, () => fixture.Store.EndShardAsync(Scope, held, position, children, Token));
        Assert.Equal(["shard-2", "shard-3"], mine!.Select(lease => lease.Shard.Value).Order());
        Assert.All(mine!, lease => Assert.Equal((Anna, 1L, held.Shard), (lease.Owner, lease.Epoch, lease.Parent)));
        Assert.Equal(held with { Owner = null, State = LeaseState.Done, Checkpoint = position }, await fixture.GetAsync("shard-1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Heartbeats_whose_answers_are_lost_are_accepted(int losses)
    {
        await using var fixture = await StartAsync(server);
        for (var beat = 1; beat <= 2; beat++)
            Assert.True(await RepeatAsync(fixture, losses, () => fixture.Store.BeatAsync("orders", Anna, beat, Token)));
        Assert.Equal(new WorkerRow(Anna, 2, IsFenced: false), Assert.Single(await fixture.Store.ListWorkersAsync("orders", Token)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Fencing_whose_answer_is_lost_fences(int losses)
    {
        await using var fixture = await StartAsync(server);
        await fixture.Store.BeatAsync("orders", Anna, 1, Token);
        Assert.True(await RepeatAsync(fixture, losses, () => fixture.Store.FenceWorkerAsync("orders", new WorkerRow(Anna, 1, false), Token)));
        Assert.False(await fixture.Store.BeatAsync("orders", Anna, 2, Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(WholeCall)]
    public async Task Removing_a_worker_whose_answer_is_lost_removes_it(int losses)
    {
        await using var fixture = await StartAsync(server);
        await fixture.Store.BeatAsync("orders", Anna, 1, Token);
        await RepeatAsync(fixture, losses, async () =>
        {
            await fixture.Store.RemoveWorkerAsync("orders", Anna, Token);
            return true;
        });
        Assert.Empty(await fixture.Store.ListWorkersAsync("orders", Token));
    }

    private static async Task<T> RepeatAsync<T>(LeaseStoreFixture fixture, int losses, Func<ValueTask<T>> call)
    {
        fixture.Proxy.LoseAnswers(losses);
        if (losses == WholeCall)
        {
            var error = await Assert.ThrowsAsync<LeaseStoreException>(async () => await call());
            Assert.True(error.IsTransient, error.Message);
            fixture.Proxy.LoseAnswers(0);
        }

        return await call();
    }
}
