using StreamWorker.Batches;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Worker.Configuration;

namespace StreamWorker.Worker.Handlers;

/// <summary>Makes consumers of configuration alone: one for each section under <c>StreamWorker:Consumers</c>.</summary>
internal static class ConfiguredConsumers
{
    public static IReadOnlySet<string> Add(StreamWorkerBuilder worker, IConfiguration configuration)
    {
        var consumers = WorkerSettings.Consumers(WorkerSettings.Open(configuration, []));
        var names = consumers.Names.Where(name => !string.IsNullOrWhiteSpace(name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
            worker.AddConsumer(name, consumer => consumer.Process(services => NewProcessor(services, name)));
        return names;
    }

    private static IBatchProcessor NewProcessor(IServiceProvider services, string name)
    {
        var worker = WorkerSettings.Open(services.GetRequiredService<IConfiguration>(), []);
        var settings = HandlerSettings.Read(WorkerSettings.Consumer(WorkerSettings.Consumers(worker), name));
        if (settings.Type == HandlerType.Console)
            return new ConsoleBatchProcessor(settings.Format, services.GetRequiredService<RecordOutput>());

        var endpoint = new HttpEndpoint(settings.Url ?? throw new InvalidOperationException($"Consumer '{name}' has no Handler:Url."), settings.Timeout, settings.ReportsItemFailures);
        return new HttpBatchProcessor(endpoint, endpoint.NewClient(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<HttpBatchProcessor>>());
    }
}
