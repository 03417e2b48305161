using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <content>Gaps, and the removal of finished leases.</content>
public abstract partial class LeaseStoreContract
{
    [Fact]
    public async Task Gaps_are_listed_as_they_were_noted_each_once_and_are_no_leases()
    {
        var store = await OpenStoreAsync();
        LeaseGap[] gaps =
        [
            new(s_shard, null, Number("100000000000000000007")), new(s_shard, Number("100000000000000000009"), Number("100000000000000000012")), new(s_left, Number("7"), null),
        ];
        foreach (var gap in gaps.Concat(gaps))
            await store.RecordGapAsync(_scope, gap, Cancellation);

        var listed = await store.ListGapsAsync(_scope, Cancellation);

        Assert.Equal(gaps.ToHashSet(), listed.ToHashSet());
        Assert.Equal(gaps.Length, listed.Count);
        Assert.Empty(await store.ListLeasesAsync(_scope, Cancellation));
        Assert.Empty(await store.ListGapsAsync(_scope with { Consumer = "other" }, Cancellation));
    }

    [Fact]
    public async Task Lease_that_is_done_can_be_removed_and_removed_again()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.EndShardAsync(_scope, held, null, [], Cancellation);
        var done = await FindAsync(store, s_shard);

        Assert.True(await store.RemoveLeaseAsync(_scope, done, Cancellation));
        Assert.True(await store.RemoveLeaseAsync(_scope, done, Cancellation));

        Assert.Empty(await store.ListLeasesAsync(_scope, Cancellation));
    }

    [Fact]
    public async Task Lease_that_is_not_done_or_not_as_observed_is_never_removed()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        Assert.False(await store.RemoveLeaseAsync(_scope, held, Cancellation));

        await store.EndShardAsync(_scope, held, null, [], Cancellation);
        Assert.False(await store.RemoveLeaseAsync(_scope, held with { Epoch = held.Epoch + 1 }, Cancellation));

        Assert.Single(await store.ListLeasesAsync(_scope, Cancellation));
    }
}
