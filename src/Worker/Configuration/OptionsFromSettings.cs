using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Hosting;
using StreamWorker.DynamoDb;

namespace StreamWorker.Worker.Configuration;

/// <summary>Fills options from configuration, after code has had its say. What cannot be read stays as it is here; <see cref="ConfigurationValidator"/> reports it.</summary>
internal sealed class OptionsFromSettings(IConfiguration configuration)
    : IConfigureOptions<StreamWorkerOptions>, IConfigureNamedOptions<ConsumerOptions>, IConfigureOptions<DynamoDbOptions>
{
    public void Configure(StreamWorkerOptions options) => WorkerSettings.Read(Open(), options);

    public void Configure(ConsumerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, ConsumerOptions options)
    {
        if (!string.IsNullOrEmpty(name))
            WorkerSettings.Read(WorkerSettings.Consumer(WorkerSettings.Consumers(Open()), name), options);
    }

    public void Configure(DynamoDbOptions options) => WorkerSettings.Read(Open(), options);

    private SettingsSection Open() => WorkerSettings.Open(configuration, []);
}
