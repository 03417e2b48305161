using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.Testing;

namespace StreamWorker.Worker.Tests;

/// <summary>The program that people write, from the first change to the handler, with tables in memory.</summary>
public sealed class HostTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Web_host_with_one_call_hands_changes_to_a_class_from_its_services()
    {
        var builder = Hosts.New();
        builder.Services.AddSingleton<Index>();
        builder.AddStreamWorker(worker => worker
            .AddConsumer("search", consumer => consumer
                .FromTable("Orders")
                .Handle<IndexOrder>()));
        await using var app = builder.Build();
        await app.StartAsync();

        app.Services.GetRequiredService<InMemoryTable>().Put(new TestItem().With("id", "o-1"));

        Assert.Equal("INSERT o-1", await app.Services.GetRequiredService<Index>().First.WaitAsync(Longest));
        await app.StopAsync();
    }

    [Fact]
    public async Task Host_without_a_web_server_is_a_worker_as_well()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Index>();
        builder.Services.AddSingleton<ILeaseStore, InMemoryLeaseStore>();
        builder.Services.AddSingleton(new InMemoryStreams(TimeProvider.System));
        builder.Services.AddSingleton<IStreamsClient>(services => services.GetRequiredService<InMemoryStreams>());
        builder.Services.AddSingleton<ITableDirectory>(services => services.GetRequiredService<InMemoryStreams>());
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Payments").Handle<IndexOrder>()));
        using var host = builder.Build();
        var table = host.Services.GetRequiredService<InMemoryStreams>().CreateTable("Payments");
        await host.StartAsync();

        table.Put(new TestItem().With("id", "o-1"));

        Assert.Equal("INSERT o-1", await host.Services.GetRequiredService<Index>().First.WaitAsync(Longest));
        await host.StopAsync();
    }

    [Fact]
    public async Task Table_that_does_not_exist_stops_the_host_after_its_start()
    {
        var before = Environment.ExitCode;
        var builder = Hosts.New();
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("NoSuchTable").Handle((_, _, _) => ValueTask.CompletedTask)));
        await using var app = builder.Build();

        await app.RunAsync().WaitAsync(Longest);

        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = before;
    }

    private sealed class Index
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public void Add(string document) => _first.TrySetResult(document);
    }

    private sealed class IndexOrder(Index index) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            index.Add($"{record.EventName.ToString().ToUpperInvariant()} {record.Keys.GetString("id")}");
            return ValueTask.CompletedTask;
        }
    }
}
