using Microsoft.Extensions.Hosting;

namespace StreamWorker.Testing.Running;

/// <summary>A host that is never started and never stopped: the harness runs the worker itself.</summary>
internal sealed class HarnessLifetime : IHostApplicationLifetime
{
    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => CancellationToken.None;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication()
    {
        // A worker that cannot go on says so with an error.
    }
}
