using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <content>Claims, checkpoints and releases.</content>
public abstract partial class LeaseStoreContract
{
    [Fact]
    public async Task Claim_gives_the_lease_as_stored_with_its_owner_and_the_next_epoch()
    {
        var store = await OpenStoreAsync();
        await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation);
        var observed = await FindAsync(store, s_shard);

        var claimed = await store.ClaimAsync(_scope, observed, s_alice, Cancellation);

        Assert.Equal(observed with { Owner = s_alice, Epoch = observed.Epoch + 1 }, claimed);
        Assert.Equal(claimed, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Claim_of_a_shard_without_lease_is_refused_and_makes_none()
    {
        var store = await OpenStoreAsync();

        Assert.Null(await store.ClaimAsync(_scope, new Lease(s_shard, null, LeaseStart.TrimHorizon, null, LeaseState.Active, null, 0), s_alice, Cancellation));
        Assert.Empty(await store.ListLeasesAsync(_scope, Cancellation));
    }

    [Fact]
    public async Task Claim_by_many_at_once_has_one_winner()
    {
        var store = await OpenStoreAsync();
        await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation);
        var observed = await FindAsync(store, s_shard);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => store.ClaimAsync(_scope, observed, new WorkerIdentity($"worker-{i}", "incarnation-1"), Cancellation).AsTask()));

        var winner = Assert.Single(claims, claim => claim is not null);
        Assert.Equal(winner, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Claim_takes_a_lease_from_its_owner_who_has_not_changed_it()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000007"), default, Cancellation);

        var taken = await ClaimAsync(store, s_bob);

        Assert.Equal(s_bob, taken.Owner);
        Assert.Equal(held.Epoch + 1, taken.Epoch);
        Assert.Equal(Number("100000000000000000007"), taken.Checkpoint);
    }

    [Fact]
    public async Task Claim_is_not_disturbed_by_a_checkpoint_since_the_observation()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var observed = await FindAsync(store, s_shard);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000007"), default, Cancellation);

        var taken = await store.ClaimAsync(_scope, observed, s_bob, Cancellation);

        Assert.Equal(Number("100000000000000000007"), taken?.Checkpoint);
    }

    [Fact]
    public async Task Claim_is_refused_when_somebody_else_has_taken_the_lease_since()
    {
        var store = await OpenStoreAsync();
        await ClaimNewAsync(store, s_alice);
        var observed = await FindAsync(store, s_shard);
        var taken = await ClaimAsync(store, s_bob);

        Assert.Null(await store.ClaimAsync(_scope, observed, new WorkerIdentity("carol", "incarnation-1"), Cancellation));
        Assert.Equal(taken, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Claim_is_refused_when_the_lease_was_given_back_since()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var observed = await FindAsync(store, s_shard);
        await store.ReleaseAsync(_scope, held, Cancellation);

        Assert.Null(await store.ClaimAsync(_scope, observed, s_bob, Cancellation));
        Assert.Null((await FindAsync(store, s_shard)).Owner);
    }

    [Fact]
    public async Task Claim_is_refused_when_the_same_owner_has_come_back_under_a_later_epoch()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var observed = await FindAsync(store, s_shard);
        await store.ReleaseAsync(_scope, held, Cancellation);
        var again = await ClaimAsync(store, s_alice);

        Assert.True(again.Epoch > held.Epoch);
        Assert.Null(await store.ClaimAsync(_scope, observed, s_bob, Cancellation));
    }

    [Fact]
    public async Task Claim_of_a_lease_that_has_ended_since_is_refused()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var observed = await FindAsync(store, s_shard);
        await store.EndShardAsync(_scope, held, null, [], Cancellation);

        Assert.Null(await store.ClaimAsync(_scope, observed, s_bob, Cancellation));
        Assert.Null(await store.ClaimAsync(_scope, await FindAsync(store, s_shard), s_bob, Cancellation));
    }

    [Fact]
    public async Task Claim_sent_again_after_a_lost_reply_gives_the_same_lease()
    {
        var store = await OpenStoreAsync();
        await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation);
        var observed = await FindAsync(store, s_shard);
        var first = await store.ClaimAsync(_scope, observed, s_alice, Cancellation);

        var second = await store.ClaimAsync(_scope, observed, s_alice, Cancellation);

        Assert.NotNull(first);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Claim_by_another_incarnation_of_the_owner_is_a_change_of_ownership()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        var taken = await ClaimAsync(store, s_alice with { Incarnation = "incarnation-2" });

        Assert.Equal(held.Epoch + 1, taken.Epoch);
        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, held, Number("100000000000000000001"), default, Cancellation));
    }

    [Theory]
    [InlineData("100000000000000000001")]
    [InlineData("000000000000000000001")]
    [InlineData("9999999999999999999999999999999999999999")]
    public async Task Checkpoint_of_the_owner_is_stored(string digits)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        Assert.Equal(CheckpointOutcome.Stored, await store.CheckpointAsync(_scope, held, Number(digits), default, Cancellation));

        Assert.Equal(held with { Checkpoint = Number(digits) }, await FindAsync(store, s_shard));
    }

    [Theory]
    [InlineData("100000000000000000007", "100000000000000000005")]
    [InlineData("1000000000000000000000", "999999999999999999999")]
    public async Task S58_checkpoint_never_goes_back_whatever_the_number_of_digits(string later, string earlier)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number(later), default, Cancellation);

        Assert.Equal(CheckpointOutcome.Stored, await store.CheckpointAsync(_scope, held, Number(earlier), default, Cancellation));

        Assert.Equal(Number(later), (await FindAsync(store, s_shard)).Checkpoint);
    }

    [Fact]
    public async Task S58_checkpoint_goes_forward_to_a_number_with_more_digits()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("999999999999999999999"), default, Cancellation);

        await store.CheckpointAsync(_scope, held, Number("1000000000000000000000"), default, Cancellation);

        Assert.Equal(Number("1000000000000000000000"), (await FindAsync(store, s_shard)).Checkpoint);
    }

    [Fact]
    public async Task Checkpoint_sent_again_after_a_lost_reply_is_stored()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000001"), default, Cancellation);

        Assert.Equal(CheckpointOutcome.Stored, await store.CheckpointAsync(_scope, held, Number("100000000000000000001"), default, Cancellation));
    }

    [Fact]
    public async Task Checkpoint_of_a_former_owner_is_fenced_and_changes_nothing()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var taken = await ClaimAsync(store, s_bob);

        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, held, Number("100000000000000000009"), default, Cancellation));

        Assert.Equal(taken, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Checkpoint_under_an_earlier_epoch_of_the_same_owner_is_fenced()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await ClaimAsync(store, s_bob);
        await ClaimAsync(store, s_alice);

        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, held, Number("100000000000000000009"), default, Cancellation));
    }

    [Fact]
    public async Task Checkpoint_after_giving_the_lease_back_is_fenced()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.ReleaseAsync(_scope, held, Cancellation);

        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, held, Number("100000000000000000009"), default, Cancellation));
        Assert.Null((await FindAsync(store, s_shard)).Checkpoint);
    }

    [Fact]
    public async Task Checkpoint_of_a_shard_without_lease_is_fenced_and_makes_none()
    {
        var store = await OpenStoreAsync();
        var imagined = new Lease(s_shard, null, LeaseStart.TrimHorizon, null, LeaseState.Active, s_alice, 1);

        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, imagined, Number("100000000000000000009"), default, Cancellation));
        Assert.Empty(await store.ListLeasesAsync(_scope, Cancellation));
    }

    [Fact]
    public async Task Released_lease_keeps_its_checkpoint_and_anybody_can_take_it_at_once()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000003"), default, Cancellation);

        Assert.True(await store.ReleaseAsync(_scope, held, Cancellation));

        var free = await FindAsync(store, s_shard);
        Assert.Null(free.Owner);
        Assert.Equal(LeaseState.Active, free.State);
        var taken = await store.ClaimAsync(_scope, free, s_bob, Cancellation);
        Assert.Equal(Number("100000000000000000003"), taken?.Checkpoint);
        Assert.True(taken!.Epoch > held.Epoch);
    }

    [Fact]
    public async Task Release_sent_again_after_a_lost_reply_succeeds()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.ReleaseAsync(_scope, held, Cancellation);

        Assert.True(await store.ReleaseAsync(_scope, held, Cancellation));
    }

    [Fact]
    public async Task Release_by_a_former_owner_is_refused_and_changes_nothing()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var taken = await ClaimAsync(store, s_bob);

        Assert.False(await store.ReleaseAsync(_scope, held, Cancellation));

        Assert.Equal(taken, await FindAsync(store, s_shard));
    }
}
