namespace StreamWorker.Consumer.Leases;

/// <summary>What operators do to a consumer.</summary>
public enum OperationKind
{
    /// <summary>The consumer is paused.</summary>
    Pause,

    /// <summary>The consumer goes on.</summary>
    Resume,

    /// <summary>Positions are set.</summary>
    Reset,
}
