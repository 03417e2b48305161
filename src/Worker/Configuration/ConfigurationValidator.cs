using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Hosting;
using StreamWorker.DynamoDb;

namespace StreamWorker.Worker.Configuration;

/// <summary>
/// Finds every fault of the configuration at once: those of the process, of each consumer, of its handler and of the lease table. It is attached to the options
/// of the process, which a host asks for before it starts anything, so that nobody is told of one fault only to meet the next.
/// </summary>
internal sealed class ConfigurationValidator(IConfiguration configuration, ConsumerCatalog catalog, IOptionsMonitor<ConsumerOptions> consumers, IOptions<DynamoDbOptions> tables)
    : IValidateOptions<StreamWorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, StreamWorkerOptions options)
    {
        var faults = new List<string>();
        ReadAll(faults);
        Validate(() => tables.Value, faults);
        foreach (var consumer in catalog.Names)
            Validate(() => consumers.Get(consumer), faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Validate(Func<object> options, List<string> faults)
    {
        try
        {
            options();
        }
        catch (OptionsValidationException e)
        {
            faults.AddRange(e.Failures);
        }
    }

    private void ReadAll(List<string> faults)
    {
        var worker = WorkerSettings.Open(configuration, faults);
        WorkerSettings.Read(worker, new StreamWorkerOptions());
        WorkerSettings.Read(worker, new DynamoDbOptions());
        var all = WorkerSettings.Consumers(worker);
        foreach (var name in catalog.Names)
        {
            var consumer = WorkerSettings.Consumer(all, name);
            WorkerSettings.Read(consumer, new ConsumerOptions());
            if (catalog.WithConfiguredHandler.Contains(name))
                HandlerSettings.Read(consumer);
            else
                HandlerSettings.Reject(consumer);
            consumer.RejectOthers();
        }

        all.RejectOthers();
        worker.RejectOthers();
    }
}
