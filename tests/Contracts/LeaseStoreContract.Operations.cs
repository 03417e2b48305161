using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <content>What operators order: pauses and resets.</content>
public abstract partial class LeaseStoreContract
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero);

    private static ConsumerControl Nothing => ConsumerControl.Initial("search");

    private async Task<ConsumerControl> ControlAsync(ILeaseStore store) => (await store.ListWorkersAsync(_scope.Application, Cancellation)).ControlOf("search");

    private ConsumerCommand Pausing(ConsumerControl observed, string by = "anna") => new(
        _scope.Application,
        observed,
        new ConsumerControl("search", observed.Number + 1, PauseMode.KeepLeases) { PauseNumber = observed.Number + 1, PausedBy = by, PausedAt = s_noon },
        new OperationEntry(observed.Number + 1, OperationKind.Pause, by, s_noon, "leases are kept"));

    private ConsumerCommand Resetting(ConsumerControl observed, ResetOrder order) => new(
        _scope.Application,
        observed,
        observed with { Number = observed.Number + 1 },
        new OperationEntry(observed.Number + 1, OperationKind.Reset, "anna", s_noon, "TRIM_HORIZON") { Stream = _scope.Stream.Value, Generation = order.Generation })
    {
        Scope = _scope,
        Reset = order,
    };

    private static ResetOrder Order(long generation) => new(generation, generation, LeaseStart.TrimHorizon, IsPending: true);

    [Fact]
    public async Task Nothing_is_ordered_at_first()
    {
        var store = await OpenStoreAsync();

        Assert.Equal(Nothing, await ControlAsync(store));
        Assert.Null((await store.ListLeasesAsync(_scope, Cancellation)).Reset);
        Assert.Empty(await store.ListOperationsAsync(_scope.Application, "search", Cancellation));
    }

    [Fact]
    public async Task Pause_is_seen_with_the_workers_of_its_application_and_is_none_of_them()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        var pause = Pausing(Nothing);

        Assert.True(await store.CommandAsync(pause, Cancellation));

        var listed = await store.ListWorkersAsync(_scope.Application, Cancellation);
        Assert.Equal(s_alice, Assert.Single(listed).Worker);
        Assert.Equal(pause.Next, Assert.Single(listed.Controls));
        Assert.Equal(PauseMode.None, listed.ControlOf("other").Pause);
        Assert.Empty((await store.ListWorkersAsync(_scope.Application + "-2", Cancellation)).Controls);
        Assert.Equal(pause.Entry, Assert.Single(await store.ListOperationsAsync(_scope.Application, "search", Cancellation)));
        Assert.Empty(await store.ListOperationsAsync(_scope.Application, "other", Cancellation));
    }

    [Fact]
    public async Task Resume_leaves_no_pause_behind()
    {
        var store = await OpenStoreAsync();
        var pause = Pausing(Nothing);
        await store.CommandAsync(pause, Cancellation);
        var resume = new ConsumerCommand(_scope.Application, pause.Next, new ConsumerControl("search", 2, PauseMode.None), new OperationEntry(2, OperationKind.Resume, "bert", s_noon, "goes on"));

        Assert.True(await store.CommandAsync(resume, Cancellation));

        Assert.Equal(resume.Next, await ControlAsync(store));
        Assert.Equal([pause.Entry, resume.Entry], await store.ListOperationsAsync(_scope.Application, "search", Cancellation));
    }

    [Fact]
    public async Task Command_sent_again_after_a_lost_reply_succeeds_and_another_on_what_it_observed_does_nothing()
    {
        var store = await OpenStoreAsync();
        Assert.True(await store.CommandAsync(Pausing(Nothing), Cancellation));

        Assert.True(await store.CommandAsync(Pausing(Nothing), Cancellation));
        Assert.False(await store.CommandAsync(Pausing(Nothing, by: "bert"), Cancellation));

        Assert.Equal("anna", (await ControlAsync(store)).PausedBy);
        Assert.Single(await store.ListOperationsAsync(_scope.Application, "search", Cancellation));
    }

    [Fact]
    public async Task Commands_by_many_at_once_are_one()
    {
        var store = await OpenStoreAsync();

        var stored = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => store.CommandAsync(Pausing(Nothing, by: $"operator-{i}"), Cancellation).AsTask()));

        Assert.Single(stored, isStored => isStored);
        Assert.Equal(1, (await ControlAsync(store)).Number);
    }

    [Fact]
    public async Task Reset_order_is_seen_with_the_leases_of_its_scope_as_it_was_given_and_is_none_of_them()
    {
        var store = await OpenStoreAsync();
        await ClaimNewAsync(store, s_alice);
        var order = new ResetOrder(1, 1, LeaseStart.From(s_noon), IsPending: true) { Leaves = [s_left, s_right] };

        Assert.True(await store.CommandAsync(Resetting(Nothing, order), Cancellation));

        var listed = await store.ListLeasesAsync(_scope, Cancellation);
        Assert.Single(listed);
        Assert.Equal(order with { Leaves = listed.Reset!.Leaves }, listed.Reset);
        Assert.Equal(order.Leaves.ToHashSet(), listed.Reset.Leaves.ToHashSet());
        Assert.Equal(1, (await ControlAsync(store)).Number);
        Assert.Null((await store.ListLeasesAsync(_scope with { Consumer = "other" }, Cancellation)).Reset);
    }

    [Fact]
    public async Task Later_reset_takes_the_place_of_an_earlier_one_and_never_the_other_way_round()
    {
        var store = await OpenStoreAsync();
        await store.CommandAsync(Resetting(Nothing, Order(1)), Cancellation);
        var later = new ResetOrder(2, 2, LeaseStart.At(Number("100000000000000000007")), IsPending: true) { Shard = s_left };
        Assert.True(await store.CommandAsync(Resetting(Nothing with { Number = 1 }, later), Cancellation));

        Assert.False(await store.CommandAsync(Resetting(Nothing with { Number = 2 }, Order(1)), Cancellation));

        Assert.Equal(later with { Leaves = [] }, (await store.ListLeasesAsync(_scope, Cancellation)).Reset! with { Leaves = later.Leaves });
        Assert.Equal(2, (await ControlAsync(store)).Number);
    }

    [Fact]
    public async Task Completed_reset_is_pending_no_more_and_its_entry_says_where_shards_were()
    {
        var store = await OpenStoreAsync();
        await store.CommandAsync(Resetting(Nothing, Order(1)), Cancellation);

        Assert.True(await store.CompleteResetAsync(_scope, Order(1), "7", s_noon, Cancellation));
        Assert.True(await store.CompleteResetAsync(_scope, Order(1), "8", s_noon.AddHours(1), Cancellation));

        Assert.False((await store.ListLeasesAsync(_scope, Cancellation)).Reset!.IsPending);
        var entry = Assert.Single(await store.ListOperationsAsync(_scope.Application, "search", Cancellation));
        Assert.Equal(("7", (DateTimeOffset?)s_noon), (entry.From, entry.DoneAt));
    }

    [Fact]
    public async Task Reset_that_another_one_has_replaced_cannot_be_completed()
    {
        var store = await OpenStoreAsync();
        await store.CommandAsync(Resetting(Nothing, Order(1)), Cancellation);
        await store.CommandAsync(Resetting(Nothing with { Number = 1 }, Order(2)), Cancellation);

        Assert.False(await store.CompleteResetAsync(_scope, Order(1), "7", s_noon, Cancellation));

        Assert.True((await store.ListLeasesAsync(_scope, Cancellation)).Reset!.IsPending);
    }

    [Fact]
    public async Task Only_the_last_operations_are_kept()
    {
        var store = await OpenStoreAsync();
        var control = Nothing;
        for (var i = 0; i < OperationEntry.MostKept + 3; i++)
        {
            var pause = Pausing(control);
            Assert.True(await store.CommandAsync(pause, Cancellation));
            control = pause.Next;
        }

        var kept = await store.ListOperationsAsync(_scope.Application, "search", Cancellation);

        Assert.Equal(Enumerable.Range(4, OperationEntry.MostKept).Select(number => (long)number), kept.Select(entry => entry.Number));
    }

    [Fact]
    public async Task Reset_of_a_free_lease_takes_its_checkpoint_away_under_the_next_epoch()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000009"), default, Cancellation);
        await store.ReleaseAsync(_scope, held, Cancellation);
        var free = await FindAsync(store, s_shard);
        var start = LeaseStart.At(Number("100000000000000000004"));

        var reset = await store.ResetLeaseAsync(_scope, free, new LeaseReset(1, LeaseState.Active, start), Cancellation);

        Assert.Equal(free with { Start = start, Checkpoint = null, Epoch = held.Epoch + 1, Generation = 1, Previous = Number("100000000000000000009") }, reset);
        Assert.Equal(reset, await FindAsync(store, s_shard));
        Assert.Equal(CheckpointOutcome.Fenced, await store.CheckpointAsync(_scope, held, Number("100000000000000000010"), default, Cancellation));
    }

    [Fact]
    public async Task Checkpoint_after_a_reset_may_be_lower_than_before_it()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.CheckpointAsync(_scope, held, Number("100000000000000000009"), default, Cancellation);
        await store.ReleaseAsync(_scope, held, Cancellation);
        await store.ResetLeaseAsync(_scope, await FindAsync(store, s_shard), new LeaseReset(1, LeaseState.Active, LeaseStart.TrimHorizon), Cancellation);

        var again = await ClaimAsync(store, s_bob);
        Assert.Equal(CheckpointOutcome.Stored, await store.CheckpointAsync(_scope, again, Number("100000000000000000002"), default, Cancellation));

        var lease = await FindAsync(store, s_shard);
        Assert.Equal((Number("100000000000000000002"), 1L, held.Epoch + 2), (lease.Checkpoint!.Value, lease.Generation, lease.Epoch));
    }

    [Fact]
    public async Task Reset_begins_a_finished_shard_anew_and_can_finish_one()
    {
        var store = await OpenStoreAsync();
        await store.EndShardAsync(_scope, await ClaimNewAsync(store, s_alice), Number("100000000000000000009"), [], Cancellation);

        await store.ResetLeaseAsync(_scope, await FindAsync(store, s_shard), new LeaseReset(1, LeaseState.Active, LeaseStart.From(s_noon)), Cancellation);
        var begun = await FindAsync(store, s_shard);
        Assert.Equal((LeaseState.Active, LeaseStart.From(s_noon)), (begun.State, begun.Start));
        Assert.NotNull(await store.ResetLeaseAsync(_scope, begun, new LeaseReset(2, LeaseState.Done, LeaseStart.TrimHorizon), Cancellation));

        Assert.Null(await store.ClaimAsync(_scope, await FindAsync(store, s_shard), s_alice, Cancellation));
    }

    [Fact]
    public async Task Reset_sent_again_after_a_lost_reply_succeeds_and_by_many_at_once_happens_once()
    {
        var store = await OpenStoreAsync();
        await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation);
        var free = await FindAsync(store, s_shard);
        var reset = new LeaseReset(1, LeaseState.Active, LeaseStart.TrimHorizon);

        var stored = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => store.ResetLeaseAsync(_scope, free, reset, Cancellation).AsTask()));

        Assert.All(stored, lease => Assert.Equal(1, lease?.Epoch));
        Assert.Null(await store.ResetLeaseAsync(_scope, await FindAsync(store, s_shard), reset, Cancellation));
    }

    [Fact]
    public async Task Reset_is_refused_when_the_lease_is_not_as_observed_and_done_when_its_dead_owner_is_named()
    {
        var store = await OpenStoreAsync();
        await store.CreateLeaseAsync(_scope, New(s_shard), Cancellation);
        var free = await FindAsync(store, s_shard);
        var held = await ClaimAsync(store, s_alice);
        var reset = new LeaseReset(1, LeaseState.Active, LeaseStart.TrimHorizon);

        Assert.Null(await store.ResetLeaseAsync(_scope, free, reset, Cancellation));
        Assert.Null(await store.ResetLeaseAsync(_scope, held with { Owner = s_bob }, reset, Cancellation));
        Assert.Equal(held, await FindAsync(store, s_shard));

        Assert.Null((await store.ResetLeaseAsync(_scope, held, reset, Cancellation))?.Owner);
        Assert.Equal(held.Epoch + 1, (await FindAsync(store, s_shard)).Epoch);
    }

    [Fact]
    public async Task Children_and_new_leases_are_of_the_generation_that_they_are_given()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        await store.EndShardAsync(_scope, held, null, [New(s_left, s_shard) with { Generation = 3 }], Cancellation);
        await store.CreateLeaseAsync(_scope, New(s_right, s_shard) with { Generation = 4 }, Cancellation);

        Assert.Equal(3, (await FindAsync(store, s_left)).Generation);
        Assert.Equal(4, (await FindAsync(store, s_right)).Generation);
    }

    [Fact]
    public async Task Owner_notes_its_pause_for_as_long_as_it_holds_the_lease()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        Assert.True(await store.NotePausedAsync(_scope, held, 5, Cancellation));
        Assert.True(await store.NotePausedAsync(_scope, held, 5, Cancellation));
        Assert.Equal(held with { Paused = 5 }, await FindAsync(store, s_shard));

        await store.ReleaseAsync(_scope, held, Cancellation);
        Assert.Null((await FindAsync(store, s_shard)).Paused);
        Assert.Null((await ClaimAsync(store, s_bob)).Paused);
        Assert.False(await store.NotePausedAsync(_scope, held, 6, Cancellation));
    }
}
