namespace StreamWorker.Consumer.Hosting;

/// <summary>Tells what the worker of this process is doing. Nothing here calls a service or waits.</summary>
public interface IWorkerStatusSource
{
    /// <summary>Occurs when records were found to be lost. It is raised where they were to be read: who listens must not wait.</summary>
    event EventHandler<GapFoundEventArgs>? GapFound;

    /// <summary>Gives the status at this moment.</summary>
    /// <returns>The status.</returns>
    WorkerStatus GetStatus();

    /// <summary>Tells whether the worker works: configuration valid, lease table and streams answering, shards known.</summary>
    /// <returns>All findings; the worker is ready when every one is healthy.</returns>
    IReadOnlyList<HealthFinding> GetReadiness();

    /// <summary>Tells whether the worker's own loops still turn. Trouble of the services that it uses does not count.</summary>
    /// <returns>All findings; the worker is alive when every one is healthy.</returns>
    IReadOnlyList<HealthFinding> GetLiveness();
}
