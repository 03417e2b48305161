using Microsoft.Extensions.Options;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb;
using StreamWorker.Worker.Configuration;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Commands.Redrive;

/// <summary>A failure destination with all that is needed to work on it, made of the worker's own configuration.</summary>
internal sealed class RedriveSession : IDisposable
{
    private const string NoConsumer = "redrive";

    private static readonly TimeSpan UrlTimeout = TimeSpan.FromMinutes(1);

    private readonly IHost _host;
    private readonly RedriveRequest _request;
    private readonly IFailureArchive _archive;
    private readonly string? _consumer;
    private readonly ConsumerOptions _options;

    private RedriveSession(IHost host, RedriveRequest request, IReadOnlyList<string> consumers)
    {
        _host = host;
        _request = request;
        _consumer = ConsumerOf(request, consumers);
        _options = _consumer is null ? new ConsumerOptions() : host.Services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(_consumer);
        Destination = DestinationOf(request, _options, _consumer);
        _archive = host.Services.GetRequiredService<IFailureDestinationFactory>().OpenArchive(Destination)
            ?? throw new RedriveException($"{Destination} is a topic: what SNS was given cannot be read back. Subscribe a queue to the topic, and redrive from that queue: --from QUEUE-ARN.");
        Redrive = new Consumer.Failures.Redrive(_archive, host.Services.GetRequiredService<IStreamsClient>(), host.Services.GetRequiredService<ICurrentItems>());
    }

    public FailureDestinationAddress Destination { get; }

    public Consumer.Failures.Redrive Redrive { get; }

    /// <summary>Opens a session on what environment and <c>appsettings.json</c> say.</summary>
    /// <exception cref="RedriveException">It is not clear which destination or consumer is meant.</exception>
    /// <exception cref="OptionsValidationException">The configuration has faults.</exception>
    public static RedriveSession Open(RedriveRequest request)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var consumers = WorkerSettings.Consumers(WorkerSettings.Open(builder.Configuration, [])).Names.ToList();
        if (consumers.Count > 0)
            builder.AddConfiguredStreamWorker();
        else
            AddPortsOnly(builder);
        var host = builder.Build();
        try
        {
            return new RedriveSession(host, request, consumers);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public RedriveOptions Options(bool allowStale, bool isDryRun) => new()
    {
        Consumer = _consumer ?? NoConsumer,
        BatchSize = _options.BatchSize,
        Filter = _consumer is null ? null : _host.Services.GetKeyedService<IRecordFilter>(_consumer),
        AllowStale = allowStale,
        IsDryRun = isDryRun,
    };

    /// <summary>Lists the batches that are meant, in the order of delivery, and gives back those of other consumers.</summary>
    /// <returns>The batches, and how many there are of others.</returns>
    public async Task<(IReadOnlyList<ArchivedBatch> Batches, int Others)> ListAsync(CancellationToken cancellationToken)
    {
        var all = await Redrive.ListAsync(cancellationToken);
        var meant = all.ToLookup(IsMeant);
        foreach (var other in meant[false])
            await Redrive.ReleaseAsync(other);
        return ([.. meant[true]], meant[false].Count());
    }

    /// <summary>Gives who gets the records: the handler of the configuration, or an endpoint that was named instead.</summary>
    public IBatchProcessor Handler()
    {
        if (_request.Url is { } url)
        {
            // An answer that names failed records is taken at its word: the batch stays.
            var endpoint = new HttpEndpoint(url, UrlTimeout, ReportsItemFailures: true);
            return new HttpBatchProcessor(endpoint, endpoint.NewClient(), _host.Services.GetRequiredService<TimeProvider>(), _host.Services.GetRequiredService<ILogger<HttpBatchProcessor>>());
        }

        return _host.Services.GetRequiredKeyedService<IBatchProcessor>(_consumer ?? throw new RedriveException("no consumer is configured whose handler could get the records: give --url URL."));
    }

    public void Dispose()
    {
        (_archive as IDisposable)?.Dispose();
        _host.Dispose();
    }

    private static void AddPortsOnly(HostApplicationBuilder builder)
    {
        var settings = WorkerSettings.Open(builder.Configuration, []);
        builder.Services.AddDynamoDbStreams(options => WorkerSettings.Read(settings, options));
        builder.Services.Configure<StreamWorkerOptions>(options => WorkerSettings.Read(settings, options));
    }

    private static string? ConsumerOf(RedriveRequest request, IReadOnlyList<string> consumers)
    {
        if (request.Consumer is { } name)
        {
            return consumers.Contains(name, StringComparer.Ordinal)
                ? name
                : throw new RedriveException($"there is no consumer '{name}'; configured are: {(consumers.Count == 0 ? "none" : string.Join(", ", consumers))}.");
        }

        if (consumers.Count == 1)
            return consumers[0];
        return request.From is not null ? null : throw new RedriveException(consumers.Count == 0
            ? "no consumer is configured: give the destination with --from DESTINATION."
            : $"several consumers are configured ({string.Join(", ", consumers)}): say which one with --consumer NAME.");
    }

    private static FailureDestinationAddress DestinationOf(RedriveRequest request, ConsumerOptions options, string? consumer)
    {
        var text = request.From ?? options.OnFailureDestination;
        if (string.IsNullOrEmpty(text))
            throw new RedriveException($"consumer '{consumer}' has no failure destination (DestinationConfig:OnFailure:Destination): give one with --from DESTINATION.");
        return FailureDestinationAddress.TryParse(text, out var address, out var rule) ? address : throw new RedriveException($"--from = '{text}': {rule}.");
    }

    /// <summary>Tells whether a batch is the consumer's. What Lambda's own mapping has sent names none of ours, and is meant.</summary>
    private bool IsMeant(ArchivedBatch batch)
    {
        if (_consumer is null || batch.Notice?.Consumer is not { } owner)
            return true;
        var application = _host.Services.GetRequiredService<IOptions<StreamWorkerOptions>>().Value.Application;
        return owner == _consumer && batch.Notice.Application == application;
    }
}
