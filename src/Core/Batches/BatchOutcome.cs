namespace StreamWorker.Batches;

/// <summary>The ways a batch can end.</summary>
public enum BatchOutcome
{
    /// <summary>Every record was handled.</summary>
    Succeeded,

    /// <summary>Some records failed and are named.</summary>
    PartlyFailed,

    /// <summary>The handler failed with the whole batch.</summary>
    Failed,

    /// <summary>The batch did not reach its handler.</summary>
    NotInvoked,
}
