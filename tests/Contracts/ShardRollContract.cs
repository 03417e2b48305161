using StreamWorker.Consumer.Shards;

namespace StreamWorker.Contracts;

/// <summary>What every streams client shows of a shard that rolls.</summary>
public abstract class ShardRollContract
{
    private readonly string _table = $"contract-{Guid.NewGuid():N}";

    /// <summary>Gives a service that is ready.</summary>
    protected abstract ValueTask<IRollingStreamsBed> OpenBedAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S12_S71_rolled_shard_is_closed_and_its_child_names_it()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: true);
        var stream = await bed.StreamOfAsync(_table);
        var parent = await bed.ShardOfAsync(stream);
        await bed.PutAsync(_table, "a", 1);

        await bed.RollShardAsync(_table);

        var (_, shards) = await bed.DescribeAsync(stream);
        Assert.True(Assert.Single(shards, shard => shard.Id == parent).IsClosed);
        Assert.Contains(shards, shard => shard.ParentId == parent);
        var filtered = await bed.Client.DescribeStreamAsync(stream, null, parent, Cancellation);
        Assert.Contains(filtered.Shards, shard => shard.ParentId == parent);
    }

    [Fact]
    public async Task S21_S59_parent_ends_with_all_its_records_and_the_child_goes_on()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: true);
        var stream = await bed.StreamOfAsync(_table);
        var parent = await bed.ShardOfAsync(stream);
        await bed.PutAsync(_table, "a", 1);
        await bed.PutAsync(_table, "b", 1);

        await bed.RollShardAsync(_table);
        await bed.PutAsync(_table, "a", 2);

        var (before, isEnded) = await bed.ReadAsync(stream, parent, IteratorStart.TrimHorizon);
        Assert.True(isEnded);
        Assert.Equal(["a", "b"], before.Ids());
        var child = (await bed.DescribeAsync(stream)).Shards.Single(shard => shard.ParentId == parent);
        var (after, _) = await bed.ReadAsync(stream, child.Id, IteratorStart.TrimHorizon);
        Assert.Equal(2, after[0].NewImage!.GetInt64("value"));
        Assert.True(before[^1].SequenceNumber < after[0].SequenceNumber);
    }
}
