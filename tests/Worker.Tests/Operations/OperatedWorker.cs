using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.Testing;
using StreamWorker.Tests.Shared;
using StreamWorker.Worker.Commands;

namespace StreamWorker.Worker.Tests.Operations;

/// <summary>A worker on a table in memory, and the command line beside it with the same table and lease store.</summary>
internal sealed class OperatedWorker : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly List<string> _handled = [];
    private readonly InMemoryStreams _streams = new(TimeProvider.System);
    private readonly InMemoryLeaseStore _leases = new();
    private WebApplication? _app;

    public OperatedWorker() => Table = _streams.CreateTable("Orders");

    public InMemoryTable Table { get; }

    /// <summary>Gets how often records were handled.</summary>
    public int Handled
    {
        get
        {
            lock (_handled)
                return _handled.Count;
        }
    }

    public ConsumerStatus Status => _app!.Services.GetRequiredService<IWorkerStatusSource>().GetStatus().Consumers[0];

    public HttpClient Client { get; private set; } = new();

    public async Task StartAsync(bool allowOperations = true)
    {
        var builder = Hosts.New(("StreamWorker:AllowOperations", allowOperations ? "true" : "false"), ("StreamWorker:LeaseDuration", "00:00:02"));
        Share(builder.Services);
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders").Handle((record, _, _) =>
        {
            lock (_handled)
                _handled.Add(record.SequenceNumber.ToString());
            return ValueTask.CompletedTask;
        })));
        _app = builder.Build();
        await _app.StartAsync();
        Client.Dispose();
        Client = new HttpClient { BaseAddress = _app.Address() };
    }

    public async Task StopAsync() => await _app!.StopAsync();

    public void Put(int number) => Table.Put(new TestItem().With("id", "o-1").With("n", number));

    /// <summary>Runs a verb.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Verbs.RunAsync([.. arguments, "--StreamWorker:Consumers:search:TableName=Orders"], output, error, OpenHost, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Waits until something is so.</summary>
    public static Task UntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually.TrueAsync(() => Task.FromResult(condition()), Longest, () => what);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private IHost OpenHost(string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(settings);
        builder.Logging.ClearProviders();
        Share(builder.Services);
        builder.AddConfiguredStreamWorker();
        return builder.Build();
    }

    private void Share(IServiceCollection services)
    {
        services.AddSingleton<ILeaseStore>(_leases);
        services.AddSingleton<IStreamsClient>(_streams);
        services.AddSingleton<ITableDirectory>(_streams);
    }
}
