namespace StreamWorker.Consumer.Hosting;

/// <summary>What has become of an operation.</summary>
public enum OperationState
{
    /// <summary>It is ordered, and the workers are about to do it.</summary>
    Pending,

    /// <summary>It is done. A pause counts as done when it is ordered.</summary>
    Done,

    /// <summary>A later one took its place before it was done.</summary>
    Replaced,
}
