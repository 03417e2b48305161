using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Looks at the consumers' failure destinations when the worker starts. One that cannot be reached is told, and stops nobody: it is needed when something fails, not before.</summary>
internal sealed partial class FailureDestinationCheck(IServiceProvider services, IOptionsMonitor<ConsumerOptions> options, TimeProvider time, ILogger<FailureDestinationCheck> logger)
    : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>Looks at all of them.</summary>
    internal async Task CheckAsync(CancellationToken stop)
    {
        foreach (var consumer in services.GetServices<ConsumerRegistration>().Where(consumer => options.Get(consumer.Name).Enabled))
            await CheckAsync(consumer.Name, stop);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => CheckAsync(stoppingToken);

    private async Task CheckAsync(string consumer, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Longest, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            if (services.GetKeyedService<IFailureDestination>(consumer) is IFailureDestinationCheck destination)
                await destination.CheckAsync(linked.Token);
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested)
                LogUnreachable(consumer, options.Get(consumer).OnFailureDestination ?? "(in code)", timeout.IsCancellationRequested ? $"there was no answer within {Longest.TotalSeconds:F0} s" : e.Message);
        }
    }

    [LoggerMessage(4069, LogLevel.Warning, "{Consumer}: the failure destination {Destination} cannot be reached. Records that are given up will wait for it, or be lost with OnDestinationFailure = Discard. {Reason}")]
    private partial void LogUnreachable(string consumer, string destination, string reason);
}
