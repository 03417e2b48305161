using Microsoft.Extensions.Options;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Checks the settings of the process: every fault with key, value and rule.</summary>
internal sealed class StreamWorkerOptionsValidator(IEnumerable<ConsumerRegistration> consumers) : IValidateOptions<StreamWorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, StreamWorkerOptions options)
    {
        var rules = new SettingRules("StreamWorker");
        rules.Name(nameof(options.Application), options.Application, 1, 128);
        if (options.WorkerId.Length > 0)
            rules.Name(nameof(options.WorkerId), options.WorkerId, 1, 128);
        rules.Range(nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        rules.Range(nameof(options.CheckpointInterval), options.CheckpointInterval, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        rules.Range(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(15));
        rules.Range(nameof(options.MaximumPollInterval), options.MaximumPollInterval, TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(1));
        rules.Range(nameof(options.RebalanceDelay), options.RebalanceDelay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        rules.Range(nameof(options.StallTimeout), options.StallTimeout, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1));
        rules.Range(nameof(options.MaximumBufferedMegabytes), options.MaximumBufferedMegabytes, 4, 65_536);
        rules.Range(nameof(options.MaximumConcurrentReads), options.MaximumConcurrentReads, 1, 1_000);
        rules.Range(nameof(options.DiscoveryInterval), options.DiscoveryInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

        var names = consumers.Select(consumer => consumer.Name).ToList();
        if (names.Count == 0)
            rules.Fault("Consumers", null, "at least one consumer is needed, for example StreamWorker:Consumers:orders:TableName");
        foreach (var consumer in names)
            rules.Name($"Consumers:{consumer}", consumer, 1, 128);
        return rules.Faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(rules.Faults);
    }
}
