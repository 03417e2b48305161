using StreamWorker.Consumer.Leases;

namespace StreamWorker.Contracts;

/// <content>Memos: what is found again together with a checkpoint.</content>
public abstract partial class LeaseStoreContract
{
    private static readonly SequenceNumber s_first = Number("100000000000000000001");
    private static readonly SequenceNumber s_second = Number("100000000000000000002");

    /// <summary>Gives bytes that no encoding leaves as they are by chance, others for each length and salt.</summary>
    private static byte[] Memo(int length, int salt = 0)
    {
        var memo = new byte[length];
        for (var i = 0; i < length; i++)
            memo[i] = (byte)(((i * 131) ^ (i >> 8) ^ length) + salt);
        return memo;
    }

    private async Task<byte[]?> LoadAsync(ILeaseStore store, Lease held) => (await store.LoadMemoAsync(_scope, held, Cancellation))?.ToArray();

    private Task<CheckpointOutcome> StoreAsync(ILeaseStore store, Lease held, SequenceNumber position, byte[] memo) =>
        store.CheckpointAsync(_scope, held, position, memo, Cancellation).AsTask();

    [Fact]
    public async Task Lease_without_memo_has_an_empty_one()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);

        Assert.True(held.Memo.IsEmpty);
        Assert.False(held.IsMemoApart);
        Assert.Empty((await LoadAsync(store, held))!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4 * 1024)]
    [InlineData((4 * 1024) + 1)]
    [InlineData(350 * 1024)]
    [InlineData((350 * 1024) + 1)]
    [InlineData(1024 * 1024)]
    [InlineData(Lease.MaximumMemoLength)]
    public async Task Memo_comes_back_byte_for_byte_with_its_position_to_whoever_claims(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        Assert.Equal(CheckpointOutcome.Stored, await StoreAsync(store, held, s_first, Memo(length)));

        var taken = await ClaimAsync(store, s_bob);

        Assert.Equal(s_first, taken.Checkpoint);
        Assert.Equal(Memo(length), await LoadAsync(store, taken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task Memo_is_handed_over_with_its_position(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(length, salt: 1));
        await store.RequestAsync(_scope, held, s_bob, Cancellation);

        Assert.Equal(HandOverOutcome.HandedOver, await store.HandOverAsync(_scope, held, s_bob, s_second, Memo(length), Cancellation));
        Assert.Equal(HandOverOutcome.HandedOver, await store.HandOverAsync(_scope, held, s_bob, s_second, Memo(length), Cancellation));

        var mine = await FindAsync(store, s_shard);
        Assert.Equal((s_bob, s_second), (mine.Owner, mine.Checkpoint!.Value));
        Assert.Equal(Memo(length), await LoadAsync(store, mine));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Memo_stays_with_the_stored_position_when_a_hand_over_brings_none_or_an_earlier_one(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_second, Memo(length));
        await store.RequestAsync(_scope, held, s_bob, Cancellation);
        await store.HandOverAsync(_scope, held, s_bob, null, default, Cancellation);
        var bobs = await FindAsync(store, s_shard);
        await store.RequestAsync(_scope, bobs, s_carol, Cancellation);
        await store.HandOverAsync(_scope, bobs, s_carol, s_first, Memo(5), Cancellation);

        var carols = await FindAsync(store, s_shard);
        Assert.Equal((s_carol, s_second), (carols.Owner, carols.Checkpoint!.Value));
        Assert.Equal(Memo(length), await LoadAsync(store, carols));
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(10, 1_000_000)]
    [InlineData(1_000_000, 10)]
    [InlineData(1_000_000, 0)]
    [InlineData(10, 0)]
    [InlineData(10_000, 1_000_000)]
    [InlineData(1_000_000, 10_000)]
    public async Task Memo_takes_the_place_of_the_last_one_and_an_empty_one_removes_it(int before, int after)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(before));

        Assert.Equal(CheckpointOutcome.Stored, await StoreAsync(store, held, s_second, Memo(after)));

        var listed = await FindAsync(store, s_shard);
        Assert.Equal(s_second, listed.Checkpoint);
        Assert.Equal(Memo(after), await LoadAsync(store, listed));
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(10_000, 20_000)]
    [InlineData(10_000, 0)]
    public async Task Same_position_takes_another_memo(int before, int after)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(before));

        Assert.Equal(CheckpointOutcome.Stored, await StoreAsync(store, held, s_first, Memo(after)));

        Assert.Equal(Memo(after), await LoadAsync(store, await FindAsync(store, s_shard)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Memo_of_an_earlier_position_does_not_take_the_place_of_a_later_one(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_second, Memo(length));

        Assert.Equal(CheckpointOutcome.Stored, await StoreAsync(store, held, s_first, Memo(length, salt: 1)));

        var listed = await FindAsync(store, s_shard);
        Assert.Equal(s_second, listed.Checkpoint);
        Assert.Equal(Memo(length), await LoadAsync(store, listed));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Memo_sent_again_after_a_lost_reply_is_stored_once(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(length));

        Assert.Equal(CheckpointOutcome.Stored, await StoreAsync(store, held, s_first, Memo(length)));

        Assert.Equal(Memo(length), await LoadAsync(store, await FindAsync(store, s_shard)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Memo_of_a_former_owner_is_fenced_with_its_checkpoint(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(length));
        var taken = await ClaimAsync(store, s_bob);

        Assert.Equal(CheckpointOutcome.Fenced, await StoreAsync(store, held, s_second, Memo(length, salt: 1)));

        Assert.Equal(taken, await FindAsync(store, s_shard));
        Assert.Equal(Memo(length), await LoadAsync(store, taken));
    }

    [Fact]
    public async Task Long_memo_is_not_read_by_whoever_does_not_hold_the_lease()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(10_000));
        var listed = await FindAsync(store, s_shard);
        await ClaimAsync(store, s_bob);

        Assert.True(listed.IsMemoApart);
        Assert.True(listed.Memo.IsEmpty);
        Assert.Null(await LoadAsync(store, listed));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Released_lease_keeps_its_memo(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(length));
        await store.ReleaseAsync(_scope, held, Cancellation);

        Assert.Equal(Memo(length), await LoadAsync(store, await ClaimAsync(store, s_bob)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task T7_end_of_a_shard_drops_its_memo_and_its_children_have_none(int length)
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await StoreAsync(store, held, s_first, Memo(length));

        var children = await store.EndShardAsync(_scope, held, s_second, [New(s_left, s_shard), New(s_right, s_shard)], Cancellation);

        Assert.Equal(2, children!.Count);
        Assert.All(await store.ListLeasesAsync(_scope, Cancellation), lease => Assert.Equal((true, false), (lease.Memo.IsEmpty, lease.IsMemoApart)));
        Assert.Equal(s_second, (await FindAsync(store, s_shard)).Checkpoint);
        foreach (var child in children)
            Assert.Empty((await LoadAsync(store, child))!);
    }

    [Fact]
    public async Task Memo_that_is_too_long_or_without_position_is_refused_and_nothing_is_stored()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        await store.RequestAsync(_scope, held, s_bob, Cancellation);

        await Assert.ThrowsAsync<ArgumentException>(() => StoreAsync(store, held, s_first, new byte[Lease.MaximumMemoLength + 1]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.HandOverAsync(_scope, held, s_bob, s_first, new byte[Lease.MaximumMemoLength + 1], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.HandOverAsync(_scope, held, s_bob, null, new byte[1], Cancellation));

        Assert.Equal(held with { Requester = s_bob }, await FindAsync(store, s_shard));
    }

    [Fact]
    public async Task Memos_of_shards_whose_names_begin_alike_stay_apart()
    {
        var store = await OpenStoreAsync();
        var held = await ClaimNewAsync(store, s_alice);
        var longer = new ShardId(s_shard.Value + "0");
        await store.CreateLeaseAsync(_scope, New(longer), Cancellation);
        var other = await store.ClaimAsync(_scope, await FindAsync(store, longer), s_alice, Cancellation);

        await StoreAsync(store, held, s_first, Memo(10_000));
        await StoreAsync(store, other!, s_first, Memo(400_000));

        Assert.Equal(Memo(10_000), await LoadAsync(store, await FindAsync(store, s_shard)));
        Assert.Equal(Memo(400_000), await LoadAsync(store, await FindAsync(store, longer)));
    }
}
