namespace StreamWorker.Consumer.Hosting;

/// <summary>What a failure holds up.</summary>
public enum FailurePolicy
{
    /// <summary>As in Lambda's event source mapping: everything from the first failed record of the batch on is delivered again, and is given up together. The default.</summary>
    Lambda,

    /// <summary>
    /// Only records of the failed item are held up or given up. Every other record counts as handled unless the handler says that it is not, and is not delivered again.
    /// </summary>
    Isolate,
}
