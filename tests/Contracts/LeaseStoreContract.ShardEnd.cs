using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <content>The end of a shard.</content>
public abstract partial class LeaseStoreContract
{
    [Fact]
    public async Task End_makes_the_lease_done_and_free_with_its_last_position()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        Assert.Empty((await store.EndShardAsync(_scope, held, Number("100000000000000000009"), [], Cancellation))!);

        var tombstone = await FindAsync(store, s_shard);
        Assert.Equal(LeaseState.Done, tombstone.State);
        Assert.Null(tombstone.Owner);
        Assert.Equal(Number("100000000000000000009"), tombstone.Checkpoint);
    }

    [Fact]
    public async Task End_of_a_shard_without_records_leaves_no_checkpoint()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        await store.EndShardAsync(_scope, held, null, [], Cancellation);

        Assert.Null((await FindAsync(store, s_shard)).Checkpoint);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("100000000000000000003")]
    public async Task End_never_takes_the_checkpoint_back(string? position)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000005"), default, Cancellation);

        await store.EndShardAsync(_scope, held, position is null ? null : Number(position), [], Cancellation);

        var tombstone = await FindAsync(store, s_shard);
        Assert.Equal(LeaseState.Done, tombstone.State);
        Assert.Equal(Number("100000000000000000005"), tombstone.Checkpoint);
    }

    [Fact]
    public async Task S73_end_makes_the_children_held_by_the_owner_from_their_trim_horizon()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        var children = await store.EndShardAsync(_scope, held, Number("100000000000000000009"), [New(s_left, s_shard), New(s_right, s_shard)], Cancellation);

        Assert.NotNull(children);
        Assert.Equal([s_left, s_right], children.Select(child => child.Shard).OrderBy(shard => shard.Value, StringComparer.Ordinal));
        Assert.All(children, child =>
        {
            Assert.Equal(s_shard, child.Parent);
            Assert.Equal(LeaseStart.TrimHorizon, child.Start);
            Assert.Equal(LeaseState.Active, child.State);
            Assert.Equal(s_alice, child.Owner);
            Assert.Null(child.Checkpoint);
            Assert.True(child.Epoch > 0);
        });
        foreach (var child in children)
            Assert.Equal(child, await FindAsync(store, child.Shard));
    }

    [Fact]
    public async Task Child_made_by_the_end_takes_checkpoints_of_the_owner()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var children = await store.EndShardAsync(_scope, held, null, [New(s_left, s_shard)], Cancellation);

        Assert.Equal(CheckpointOutcome.Stored, await store.CheckpointAsync(_scope, Assert.Single(children!), Number("100000000000000000011"), default, Cancellation));
    }

    [Fact]
    public async Task End_leaves_a_child_that_has_a_lease_as_it_is()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CreateLeaseAsync(_scope, New(s_left, s_shard), Cancellation);
        var taken = await store.ClaimAsync(_scope, await FindAsync(store, s_left), s_bob, Cancellation);

        var children = await store.EndShardAsync(_scope, held, null, [New(s_left, s_shard), New(s_right, s_shard)], Cancellation);

        Assert.Equal(s_right, Assert.Single(children!).Shard);
        Assert.Equal(taken, await FindAsync(store, s_left));
        Assert.Equal(LeaseState.Done, (await FindAsync(store, s_shard)).State);
    }

    [Fact]
    public async Task End_leaves_a_free_child_free()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CreateLeaseAsync(_scope, New(s_left, s_shard), Cancellation);

        Assert.Empty((await store.EndShardAsync(_scope, held, null, [New(s_left, s_shard)], Cancellation))!);

        Assert.Null((await FindAsync(store, s_left)).Owner);
        Assert.Equal(LeaseState.Done, (await FindAsync(store, s_shard)).State);
    }

    [Fact]
    public async Task End_gives_a_child_that_the_owner_holds_already()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CreateLeaseAsync(_scope, New(s_left, s_shard), Cancellation);
        var mine = await store.ClaimAsync(_scope, await FindAsync(store, s_left), s_alice, Cancellation);

        var children = await store.EndShardAsync(_scope, held, null, [New(s_left, s_shard)], Cancellation);

        Assert.Equal(mine, Assert.Single(children!));
    }

    [Fact]
    public async Task End_sent_again_after_a_lost_reply_gives_the_same_children()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        NewLease[] wanted = [New(s_left, s_shard), New(s_right, s_shard)];
        var first = await store.EndShardAsync(_scope, held, Number("100000000000000000009"), wanted, Cancellation);

        var second = await store.EndShardAsync(_scope, held, Number("100000000000000000009"), wanted, Cancellation);

        Assert.NotNull(second);
        Assert.Equal(first!.OrderBy(child => child.Shard.Value, StringComparer.Ordinal), second.OrderBy(child => child.Shard.Value, StringComparer.Ordinal));
        Assert.Equal(3, (await store.ListLeasesAsync(_scope, Cancellation)).Count);
    }

    [Fact]
    public async Task End_sent_again_gives_only_the_children_that_the_owner_still_holds()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        NewLease[] wanted = [New(s_left, s_shard), New(s_right, s_shard)];
        await store.EndShardAsync(_scope, held, null, wanted, Cancellation);
        await store.ClaimAsync(_scope, await FindAsync(store, s_left), s_bob, Cancellation);

        var again = await store.EndShardAsync(_scope, held, null, wanted, Cancellation);

        Assert.Equal(s_right, Assert.Single(again!).Shard);
    }

    [Fact]
    public async Task End_sent_again_without_children_succeeds()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.EndShardAsync(_scope, held, null, [], Cancellation);

        Assert.Empty((await store.EndShardAsync(_scope, held, null, [], Cancellation))!);
    }

    [Fact]
    public async Task End_by_a_former_owner_is_refused_and_does_nothing()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var taken = await ClaimAsync(store, s_bob);

        Assert.Null(await store.EndShardAsync(_scope, held, Number("100000000000000000009"), [New(s_left, s_shard)], Cancellation));

        Assert.Equal(taken, Assert.Single(await store.ListLeasesAsync(_scope, Cancellation)));
    }

    [Fact]
    public async Task End_by_a_former_owner_is_refused_after_the_later_one_has_ended_the_shard()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var taken = await ClaimAsync(store, s_bob);
        await store.EndShardAsync(_scope, taken, Number("100000000000000000009"), [], Cancellation);

        Assert.Null(await store.EndShardAsync(_scope, held, Number("100000000000000000009"), [New(s_left, s_shard)], Cancellation));

        Assert.Single(await store.ListLeasesAsync(_scope, Cancellation));
    }

    [Fact]
    public async Task End_after_giving_the_lease_back_is_refused()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.ReleaseAsync(_scope, held, Cancellation);

        Assert.Null(await store.EndShardAsync(_scope, held, null, [New(s_left, s_shard)], Cancellation));
        Assert.Equal(LeaseState.Active, Assert.Single(await store.ListLeasesAsync(_scope, Cancellation)).State);
    }

    [Fact]
    public async Task End_takes_90_children()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var wanted = Enumerable.Range(1, 90).Select(i => New(new ShardId($"shardId-00000001795463152315-{i:x8}"), s_shard)).ToList();

        Assert.Equal(90, (await store.EndShardAsync(_scope, held, null, wanted, Cancellation))!.Count);
    }

    [Fact]
    public async Task S77_tombstone_stays_listed_and_keeps_a_new_lease_away()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.EndShardAsync(_scope, held, Number("100000000000000000009"), [], Cancellation);

        Assert.False(await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation));

        Assert.Equal(LeaseState.Done, (await FindAsync(store, s_shard)).State);
        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, held, Number("100000000000000000010"), default, Cancellation));
    }
}
