namespace StreamWorker.Contracts;

/// <summary>A service whose shards can be made to roll.</summary>
public interface IRollingStreamsBed : IStreamsBed
{
    /// <summary>Rolls the table's only open shard, or waits until it does; its child is listed when this returns.</summary>
    ValueTask RollShardAsync(string table);
}
