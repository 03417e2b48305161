using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <content>Requests and hand-overs.</content>
public abstract partial class LeaseStoreContract
{
    private static readonly WorkerIdentity s_carol = new("carol", "incarnation-1");

    [Fact]
    public async Task Request_is_noted_and_changes_nothing_else()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        var asked = await store.RequestAsync(_scope, held, s_bob, Cancellation);

        Assert.Equal(held with { Requester = s_bob }, asked);
        Assert.Equal(asked, await FindAsync(store, s_shard));
        Assert.Equal(CheckpointOutcome.Stored, await store.CheckpointAsync(_scope, held, Number("100000000000000000001"), default, Cancellation));
    }

    [Fact]
    public async Task Request_sent_again_after_a_lost_reply_or_as_observed_succeeds()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var asked = await store.RequestAsync(_scope, held, s_bob, Cancellation);

        Assert.Equal(asked, await store.RequestAsync(_scope, held, s_bob, Cancellation));
        Assert.Equal(asked, await store.RequestAsync(_scope, asked!, s_bob, Cancellation));
    }

    [Fact]
    public async Task Request_is_refused_when_somebody_else_has_asked_since()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var asked = await store.RequestAsync(_scope, held, s_bob, Cancellation);

        Assert.Null(await store.RequestAsync(_scope, held, s_carol, Cancellation));
        Assert.Equal(asked, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Request_takes_the_place_of_the_one_that_was_observed()
    {
        var store = await OpenStoreAsync();
        var asked = await store.RequestAsync(_scope, await ClaimNewAsync(store, s_alice), s_bob, Cancellation);

        Assert.Equal(s_carol, (await store.RequestAsync(_scope, asked!, s_carol, Cancellation))?.Requester);
    }

    [Fact]
    public async Task Request_that_is_taken_back_leaves_the_lease_as_it_was()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var asked = await store.RequestAsync(_scope, held, s_bob, Cancellation);

        Assert.Equal(held, await store.RequestAsync(_scope, asked!, null, Cancellation));
        Assert.Equal(held, await store.RequestAsync(_scope, asked!, null, Cancellation));
        Assert.Equal(held, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Request_for_a_lease_that_changed_hands_or_is_free_or_done_is_refused()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var taken = await ClaimAsync(store, s_carol);
        Assert.Null(await store.RequestAsync(_scope, held, s_bob, Cancellation));

        await store.ReleaseAsync(_scope, taken, Cancellation);
        Assert.Null(await store.RequestAsync(_scope, taken, s_bob, Cancellation));

        var again = await ClaimAsync(store, s_carol);
        await store.EndShardAsync(_scope, again, null, [], Cancellation);
        Assert.Null(await store.RequestAsync(_scope, again, s_bob, Cancellation));
    }

    [Fact]
    public async Task Request_ends_with_the_epoch_under_which_it_was_made()
    {
        var store = await OpenStoreAsync();
        await store.RequestAsync(_scope, await ClaimNewAsync(store, s_alice), s_bob, Cancellation);

        Assert.Null((await ClaimAsync(store, s_carol)).Requester);
        Assert.Null((await FindAsync(store, s_shard)).Requester);
    }

    [Fact]
    public async Task Lease_that_is_given_back_or_done_is_asked_for_by_nobody()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.RequestAsync(_scope, held, s_bob, Cancellation);
        await store.ReleaseAsync(_scope, held, Cancellation);
        Assert.Null((await FindAsync(store, s_shard)).Requester);

        var again = await ClaimAsync(store, s_alice);
        await store.RequestAsync(_scope, again, s_bob, Cancellation);
        await store.EndShardAsync(_scope, again, null, [], Cancellation);
        Assert.Null((await FindAsync(store, s_shard)).Requester);
    }

    [Fact]
    public async Task Hand_over_changes_owner_epoch_and_position_in_one_write()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.RequestAsync(_scope, held, s_bob, Cancellation);

        Assert.Equal(HandOverOutcome.HandedOver, await store.HandOverAsync(_scope, held, s_bob, Number("100000000000000000007"), default, Cancellation));

        Assert.Equal(held with { Owner = s_bob, Epoch = held.Epoch + 1, Checkpoint = Number("100000000000000000007") }, await FindAsync(store, s_shard));
        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, held, Number("100000000000000000009"), default, Cancellation));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("100000000000000000005")]
    public async Task Hand_over_never_takes_the_position_back(string? position)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000007"), default, Cancellation);
        await store.RequestAsync(_scope, held, s_bob, Cancellation);

        Assert.Equal(HandOverOutcome.HandedOver, await store.HandOverAsync(_scope, held, s_bob, position is null ? null : Number(position), default, Cancellation));

        Assert.Equal(Number("100000000000000000007"), (await FindAsync(store, s_shard)).Checkpoint);
    }

    [Fact]
    public async Task Hand_over_sent_again_after_a_lost_reply_has_happened_once()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.RequestAsync(_scope, held, s_bob, Cancellation);
        await store.HandOverAsync(_scope, held, s_bob, Number("100000000000000000007"), default, Cancellation);

        Assert.Equal(HandOverOutcome.HandedOver, await store.HandOverAsync(_scope, held, s_bob, Number("100000000000000000007"), default, Cancellation));
        Assert.Equal(held.Epoch + 1, (await FindAsync(store, s_shard)).Epoch);
    }

    [Fact]
    public async Task Requester_is_told_of_the_hand_over_by_asking_again_or_by_taking_the_request_back()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var asked = await store.RequestAsync(_scope, held, s_bob, Cancellation);
        await store.HandOverAsync(_scope, held, s_bob, null, default, Cancellation);
        var mine = await FindAsync(store, s_shard);

        Assert.Equal(mine, await store.RequestAsync(_scope, asked!, s_bob, Cancellation));
        Assert.Equal(mine, await store.RequestAsync(_scope, asked!, null, Cancellation));
    }

    [Fact]
    public async Task Hand_over_to_one_whose_request_does_not_stand_is_refused_and_the_lease_stays()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        Assert.Equal(HandOverOutcome.Withdrawn, await store.HandOverAsync(_scope, held, s_bob, null, default, Cancellation));

        await store.RequestAsync(_scope, held, s_carol, Cancellation);
        Assert.Equal(HandOverOutcome.Withdrawn, await store.HandOverAsync(_scope, held, s_bob, Number("100000000000000000007"), default, Cancellation));

        Assert.Equal(held with { Requester = s_carol }, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Hand_over_by_a_former_owner_is_fenced_and_changes_nothing()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.RequestAsync(_scope, held, s_bob, Cancellation);
        var taken = await ClaimAsync(store, s_carol);

        Assert.Equal(HandOverOutcome.Fenced, await store.HandOverAsync(_scope, held, s_bob, Number("100000000000000000007"), default, Cancellation));
        Assert.Equal(taken, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Worker_that_announces_to_leave_is_listed_so_and_beats_on()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        await store.AnnounceLeavingAsync(_scope.Application, s_alice, Cancellation);
        Assert.True(await store.BeatAsync(_scope.Application, s_alice, 2, Cancellation));

        Assert.Equal(new WorkerRow(s_alice, 2, IsFenced: false) { IsLeaving = true }, Assert.Single(await store.ListWorkersAsync(_scope.Application, Cancellation)));
    }

    [Fact]
    public async Task Worker_without_a_row_that_announces_to_leave_gets_none()
    {
        var store = await OpenStoreAsync();

        await store.AnnounceLeavingAsync(_scope.Application, s_alice, Cancellation);

        Assert.Empty(await store.ListWorkersAsync(_scope.Application, Cancellation));
    }
}
