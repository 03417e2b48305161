namespace StreamWorker.Batches;

/// <summary>What happens to the records behind one that failed, within its batch.</summary>
public enum FailureMode
{
    /// <summary>No record behind it is begun: all of them are delivered again anyway, as Lambda's mapping does, and whatever ran would run again. The default.</summary>
    StopBatch,

    /// <summary>
    /// Records of the same item behind it are not attempted; those of other items go on. For a consumer whose batches are delivered again from their lowest failure on, what was
    /// handled behind it is handled again.
    /// </summary>
    StopKey,
}
