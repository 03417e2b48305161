namespace StreamWorker.Consumer.Leases;

/// <summary>What became of a lease that was to be handed over.</summary>
public enum HandOverOutcome
{
    /// <summary>It belongs to the worker that had asked for it.</summary>
    HandedOver,

    /// <summary>It is still held: the request for it was taken back.</summary>
    Withdrawn,

    /// <summary>It has another owner by now.</summary>
    Fenced,
}
