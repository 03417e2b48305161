using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <content>Heartbeats of workers.</content>
public abstract partial class LeaseStoreContract
{
    private async Task<WorkerRow> FindAsync(ILeaseStore store, WorkerIdentity worker) =>
        Assert.Single(await store.ListWorkersAsync(_scope.Application, Cancellation), row => row.Worker == worker);

    [Fact]
    public async Task Application_without_workers_is_listed_empty()
    {
        var store = await OpenStoreAsync();

        Assert.Empty(await store.ListWorkersAsync(_scope.Application, Cancellation));
    }

    [Fact]
    public async Task First_heartbeat_makes_the_row()
    {
        var store = await OpenStoreAsync();

        Assert.True(await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation));

        Assert.Equal(new WorkerRow(s_alice, 1, IsFenced: false), await FindAsync(store, s_alice));
    }

    [Fact]
    public async Task Later_heartbeat_is_seen_by_the_next_listing()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);

        Assert.True(await store.BeatAsync(_scope.Application, s_alice, 2, Cancellation));

        Assert.Equal(2, (await FindAsync(store, s_alice)).Beat);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Heartbeat_sent_again_after_a_lost_reply_succeeds(long beat)
    {
        var store = await OpenStoreAsync();
        for (var i = 1; i <= beat; i++)
            await store.BeatAsync(_scope.Application, s_alice, i, Cancellation);

        Assert.True(await store.BeatAsync(_scope.Application, s_alice, beat, Cancellation));
        Assert.Equal(beat, (await FindAsync(store, s_alice)).Beat);
    }

    [Fact]
    public async Task Later_heartbeat_without_row_fails_and_makes_none()
    {
        var store = await OpenStoreAsync();

        Assert.False(await store.BeatAsync(_scope.Application, s_alice, 2, Cancellation));
        Assert.Empty(await store.ListWorkersAsync(_scope.Application, Cancellation));
    }

    [Fact]
    public async Task Workers_of_another_application_are_apart()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);

        Assert.Empty(await store.ListWorkersAsync(_scope.Application + "-2", Cancellation));
    }

    [Fact]
    public async Task Two_incarnations_of_one_worker_have_a_row_each()
    {
        var store = await OpenStoreAsync();
        var restarted = s_alice with { Incarnation = "incarnation-2" };
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        await store.BeatAsync(_scope.Application, s_alice, 2, Cancellation);

        Assert.True(await store.BeatAsync(_scope.Application, restarted, 1, Cancellation));

        Assert.Equal(2, (await FindAsync(store, s_alice)).Beat);
        Assert.Equal(1, (await FindAsync(store, restarted)).Beat);
    }

    [Fact]
    public async Task Fenced_worker_is_listed_as_such_and_its_next_heartbeat_fails()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);

        Assert.True(await store.FenceWorkerAsync(_scope.Application, await FindAsync(store, s_alice), Cancellation));

        Assert.True((await FindAsync(store, s_alice)).IsFenced);
        Assert.False(await store.BeatAsync(_scope.Application, s_alice, 2, Cancellation));
        Assert.False(await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation));
        Assert.True((await FindAsync(store, s_alice)).IsFenced);
    }

    [Fact]
    public async Task Fence_is_refused_after_a_new_heartbeat()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        var observed = await FindAsync(store, s_alice);
        await store.BeatAsync(_scope.Application, s_alice, 2, Cancellation);

        Assert.False(await store.FenceWorkerAsync(_scope.Application, observed, Cancellation));

        Assert.False((await FindAsync(store, s_alice)).IsFenced);
        Assert.True(await store.BeatAsync(_scope.Application, s_alice, 3, Cancellation));
    }

    [Fact]
    public async Task Fence_of_a_fenced_worker_succeeds()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        var observed = await FindAsync(store, s_alice);
        await store.FenceWorkerAsync(_scope.Application, observed, Cancellation);

        Assert.True(await store.FenceWorkerAsync(_scope.Application, observed, Cancellation));
        Assert.True(await store.FenceWorkerAsync(_scope.Application, await FindAsync(store, s_alice), Cancellation));
    }

    [Fact]
    public async Task Fence_of_a_worker_that_is_gone_is_refused_and_makes_no_row()
    {
        var store = await OpenStoreAsync();

        Assert.False(await store.FenceWorkerAsync(_scope.Application, new WorkerRow(s_alice, 1, IsFenced: false), Cancellation));
        Assert.Empty(await store.ListWorkersAsync(_scope.Application, Cancellation));
    }

    [Fact]
    public async Task Fence_of_one_incarnation_leaves_the_other_alone()
    {
        var store = await OpenStoreAsync();
        var restarted = s_alice with { Incarnation = "incarnation-2" };
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        await store.BeatAsync(_scope.Application, restarted, 1, Cancellation);

        await store.FenceWorkerAsync(_scope.Application, await FindAsync(store, s_alice), Cancellation);

        Assert.True(await store.BeatAsync(_scope.Application, restarted, 2, Cancellation));
    }

    [Fact]
    public async Task Removed_worker_is_gone_and_its_next_heartbeat_fails()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);

        await store.RemoveWorkerAsync(_scope.Application, s_alice, Cancellation);

        Assert.Empty(await store.ListWorkersAsync(_scope.Application, Cancellation));
        Assert.False(await store.BeatAsync(_scope.Application, s_alice, 2, Cancellation));
    }

    [Fact]
    public async Task Removal_sent_again_after_a_lost_reply_succeeds()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        await store.RemoveWorkerAsync(_scope.Application, s_alice, Cancellation);

        await store.RemoveWorkerAsync(_scope.Application, s_alice, Cancellation);

        Assert.Empty(await store.ListWorkersAsync(_scope.Application, Cancellation));
    }

    [Fact]
    public async Task Removal_of_one_incarnation_leaves_the_other_alone()
    {
        var store = await OpenStoreAsync();
        var restarted = s_alice with { Incarnation = "incarnation-2" };
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        await store.BeatAsync(_scope.Application, restarted, 1, Cancellation);

        await store.RemoveWorkerAsync(_scope.Application, s_alice, Cancellation);

        Assert.Equal(restarted, Assert.Single(await store.ListWorkersAsync(_scope.Application, Cancellation)).Worker);
    }

    [Fact]
    public async Task Fenced_worker_can_be_removed()
    {
        var store = await OpenStoreAsync();
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);
        await store.FenceWorkerAsync(_scope.Application, await FindAsync(store, s_alice), Cancellation);

        await store.RemoveWorkerAsync(_scope.Application, s_alice, Cancellation);

        Assert.Empty(await store.ListWorkersAsync(_scope.Application, Cancellation));
    }

    [Fact]
    public async Task Leases_and_workers_of_one_application_do_not_show_up_in_each_others_listings()
    {
        var store = await OpenStoreAsync();
        await ClaimNewAsync(store, s_alice);
        await store.BeatAsync(_scope.Application, s_alice, 1, Cancellation);

        Assert.Single(await store.ListLeasesAsync(_scope, Cancellation));
        Assert.Single(await store.ListWorkersAsync(_scope.Application, Cancellation));
    }
}
