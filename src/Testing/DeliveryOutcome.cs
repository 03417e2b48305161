namespace StreamWorker.Testing;

/// <summary>The ways in which the delivery of a record can end.</summary>
public enum DeliveryOutcome
{
    /// <summary>The record was handled.</summary>
    Handled,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was told to stop: the lease was lost, the worker was stopping, or a time was over.</summary>
    Cancelled,
}
