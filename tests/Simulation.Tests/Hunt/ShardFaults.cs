namespace StreamWorker.Simulation.Hunt;

/// <summary>What the service and an administrator do to the stream under the consumers.</summary>
internal sealed class ShardFaults(Simulation run)
{
    /// <summary>Drops some of the oldest records of a shard from which something was finished before: whoever reads on there must say what is lost.</summary>
    public void DropRecords(Dice dice)
    {
        var shards = run.Ledger.Shards.Where(shard => shard is { IsDone: false, IsGone: false, Records.Count: > 0 } && IsBegun(shard) && shard.Stream == run.Table.Table.StreamArn).ToList();
        if (shards.Count > 0)
        {
            var shard = dice.Pick(shards);
            run.Table.Drop(shard, through: dice.Below(shard.Records.Count));
        }
    }

    /// <summary>Drops a closed shard that was begun.</summary>
    public void DropShard(Dice dice)
    {
        var shards = run.Ledger.Shards.Where(shard => shard is { IsClosed: true, IsGone: false } && IsBegun(shard)).ToList();
        if (shards.Count > 0)
            run.Table.DropShard(dice.Pick(shards));
    }

    /// <summary>Disables the stream and enables it again, once every consumer knows what it has to read of it.</summary>
    public void Renew()
    {
        if (run.Ledger.Shards.Where(shard => shard.Stream == run.Table.Table.StreamArn && shard.Parent is null).All(shard => Everywhere(shard, facts => facts.Epoch is not null)))
            run.Table.Renew();
    }

    private bool IsBegun(ShardFacts shard) => Everywhere(shard, facts => facts.Checkpoint is not null);

    private bool Everywhere(ShardFacts shard, Predicate<ShardFacts> holds) => run.Consumers.All(consumer => holds(consumer.Ledger.Of(shard.Id)));
}
