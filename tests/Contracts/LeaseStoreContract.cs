using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <summary>What every lease store keeps of the promises of <see cref="ILeaseStore"/>. Each test works in an application of its own, so that all may share a store.</summary>
public abstract partial class LeaseStoreContract
{
    private static readonly ShardId s_shard = new("shardId-00000001795448752315-0000000a");
    private static readonly ShardId s_left = new("shardId-00000001795463152315-0000000b");
    private static readonly ShardId s_right = new("shardId-00000001795463152315-0000000c");
    private static readonly WorkerIdentity s_alice = new("alice", "incarnation-1");
    private static readonly WorkerIdentity s_bob = new("bob", "incarnation-1");

    private readonly LeaseScope _scope = new(
        $"contract-{Guid.NewGuid():N}",
        "search",
        StreamArn.Parse("arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/2026-01-31T12:00:00.000"));

    /// <summary>Gives a store that is ready.</summary>
    protected abstract ValueTask<ILeaseStore> OpenStoreAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SequenceNumber Number(string digits) => SequenceNumber.Parse(digits);

    private static NewLease New(ShardId shard, ShardId? parent = null) => new(shard, parent, LeaseStart.TrimHorizon);

    private async Task<Lease> FindAsync(ILeaseStore store, ShardId shard) =>
        Assert.Single(await store.ListLeasesAsync(_scope, Cancellation), lease => lease.Shard == shard);

    private async Task<Lease> ClaimNewAsync(ILeaseStore store, WorkerIdentity claimant)
    {
        Assert.True(await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation));
        return await ClaimAsync(store, claimant);
    }

    private async Task<Lease> ClaimAsync(ILeaseStore store, WorkerIdentity claimant)
    {
        var claimed = await store.ClaimAsync(_scope, await FindAsync(store, s_shard), claimant, Cancellation);
        Assert.NotNull(claimed);
        return claimed;
    }

    [Fact]
    public async Task Store_that_is_ready_can_be_made_ready_again()
    {
        var store = await OpenStoreAsync();
        await ClaimNewAsync(store, s_alice);

        await store.InitializeAsync(Cancellation);

        Assert.Single(await store.ListLeasesAsync(_scope, Cancellation));
    }

    [Fact]
    public async Task Scope_without_leases_is_listed_empty()
    {
        var store = await OpenStoreAsync();

        Assert.Empty(await store.ListLeasesAsync(_scope, Cancellation));
    }

    [Fact]
    public async Task Created_lease_is_listed_as_it_was_given_without_owner_or_checkpoint()
    {
        var store = await OpenStoreAsync();
        var start = LeaseStart.From(new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero));

        Assert.True(await store.CreateLeaseAsync(_scope, new NewLease(s_left, s_shard, start), Cancellation));

        var lease = await FindAsync(store, s_left);
        Assert.Equal(s_shard, lease.Parent);
        Assert.Equal(start, lease.Start);
        Assert.Null(lease.Checkpoint);
        Assert.Equal(LeaseState.Active, lease.State);
        Assert.Null(lease.Owner);
    }

    [Fact]
    public async Task Lease_of_a_shard_without_parent_has_none_and_starts_at_the_trim_horizon()
    {
        var store = await OpenStoreAsync();

        await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation);

        var lease = await FindAsync(store, s_shard);
        Assert.Null(lease.Parent);
        Assert.Equal(LeaseStart.TrimHorizon, lease.Start);
    }

    [Fact]
    public async Task Create_of_a_shard_that_has_a_lease_leaves_it_as_it_is()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000001"), default, Cancellation);

        Assert.False(await store.CreateLeaseAsync(_scope, new NewLease(s_shard, s_left, LeaseStart.From(DateTimeOffset.UnixEpoch)), Cancellation));

        var lease = await FindAsync(store, s_shard);
        Assert.Equal(held with { Checkpoint = Number("100000000000000000001") }, lease);
    }

    [Fact]
    public async Task Create_by_many_at_once_makes_one_lease()
    {
        var store = await OpenStoreAsync();

        var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.CreateLeaseAsync(_scope, New(s_shard), Cancellation).AsTask()));

        Assert.Single(created, made => made);
        Assert.Single(await store.ListLeasesAsync(_scope, Cancellation));
    }

    [Fact]
    public async Task Lease_created_done_is_listed_and_cannot_be_claimed()
    {
        var store = await OpenStoreAsync();
        await store.CreateLeaseAsync(_scope, New(s_shard) with { State = LeaseState.Done }, Cancellation);

        var lease = await FindAsync(store, s_shard);

        Assert.Equal(LeaseState.Done, lease.State);
        Assert.Null(await store.ClaimAsync(_scope, lease, s_alice, Cancellation));
    }

    [Theory]
    [InlineData("application")]
    [InlineData("consumer")]
    [InlineData("stream")]
    public async Task Leases_of_another_scope_are_apart(string what)
    {
        var store = await OpenStoreAsync();
        var other = what switch
        {
            "application" => _scope with { Application = _scope.Application + "-2" },
            "consumer" => _scope with { Consumer = "search-2" },
            _ => _scope with { Stream = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/2026-02-01T12:00:00.000") },
        };
        await ClaimNewAsync(store, s_alice);

        Assert.Empty(await store.ListLeasesAsync(other, Cancellation));
        Assert.True(await store.CreateLeaseAsync(other, New(s_shard), Cancellation));
        Assert.Null(Assert.Single(await store.ListLeasesAsync(other, Cancellation)).Owner);
        Assert.Equal(s_alice, (await FindAsync(store, s_shard)).Owner);
    }

    [Fact]
    public async Task Listing_gives_every_lease_of_many()
    {
        var store = await OpenStoreAsync();
        var shards = Enumerable.Range(0, 60).Select(i => new ShardId($"shardId-00000001795448752315-{i:x8}")).ToList();
        foreach (var shard in shards)
            await store.CreateLeaseAsync(_scope, New(shard), Cancellation);

        var listed = await store.ListLeasesAsync(_scope, Cancellation);

        Assert.Equal(shards.Select(shard => shard.Value).Order(StringComparer.Ordinal), listed.Select(lease => lease.Shard.Value).Order(StringComparer.Ordinal));
    }
}
