namespace StreamWorker.Consumer.Leases;

/// <summary>What became of a checkpoint.</summary>
public enum CheckpointOutcome
{
    /// <summary>It is stored, or a later one is.</summary>
    Stored,

    /// <summary>It was refused: the lease has another owner by now.</summary>
    Fenced,
}
