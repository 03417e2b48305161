using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamWorker.Batches;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.Testing;

namespace StreamWorker.Worker.Tests;

/// <summary>Makes hosts whose tables, streams and leases are in memory, and which listen on a free port of the loopback.</summary>
internal static class Hosts
{
    public static WebApplicationBuilder New(params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.Services.AddSingleton<ILeaseStore, InMemoryLeaseStore>();
        var streams = new InMemoryStreams(TimeProvider.System);
        builder.Services.AddSingleton(streams.CreateTable("Orders"));
        builder.Services.AddSingleton(streams);
        builder.Services.AddSingleton<IStreamsClient>(streams);
        builder.Services.AddSingleton<ITableDirectory>(streams);
        return builder;
    }

    /// <summary>Builds the stock worker from settings and gives the faults that this finds; none when it can be built.</summary>
    public static IReadOnlyList<string> FaultsOf(params (string Key, string? Value)[] settings)
    {
        var builder = New(settings);
        builder.AddConfiguredStreamWorker();
        return FaultsOf(builder);
    }

    /// <summary>Gives the faults of a worker whose consumer "orders" has its handler in code.</summary>
    public static IReadOnlyList<string> FaultsOf(Action<ConsumerBuilder> handler, params (string Key, string? Value)[] settings)
    {
        var builder = New(settings);
        builder.AddStreamWorker(worker => worker.AddConsumer("orders", handler));
        return FaultsOf(builder);
    }

    public static IReadOnlyList<string> FaultsOf(WebApplicationBuilder builder)
    {
        try
        {
            using var app = (IDisposable)builder.Build();
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }

    public static ConsumerOptions ConsumerOptions(this WebApplication app, string name) => app.Services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(name);

    public static Uri Address(this WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
