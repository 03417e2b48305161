using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamWorker.Batches;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.DynamoDb;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>Fixture 15: handlers that block every thread of the pool for twice a lease duration.</summary>
public sealed class StarvationTests(DynamoDbLocal dynamoDb)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Worker_whose_thread_pool_is_starved_for_twice_its_lease_keeps_the_lease_while_another_one_watches_F15()
    {
        var endpoint = await dynamoDb.EndpointAsync();
        using var table = new OrdersTable(endpoint, "Starved");
        await table.CreateAsync();
        using var handler = new Starving();
        using var host = Build(endpoint, table, handler);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var status = host.Services.GetRequiredService<IWorkerStatusSource>();
        await Eventually.TrueAsync(() => Task.FromResult(status.GetStatus().Consumers[0].Shards.Count == 1), Bound, () => "a shard is held");
        var incarnation = status.GetStatus().Incarnation;

        await using var recorder = await Recorder.StartAsync();
        await using var other = WorkerProcess.Start(endpoint, Settings.For(table, recorder));
        await other.WaitUntilReadyAsync();
        await table.ChangeAsync("order-1");
        Assert.True(await handler.WasStarved.WaitAsync(Bound, TestContext.Current.CancellationToken), "a thread of the pool was free");

        Assert.Equal(incarnation, status.GetStatus().Incarnation);
        Assert.True(status.GetStatus().HoldsLeases);
        var stream = StreamArn.Parse((await table.Client.DescribeTableAsync(new DescribeTableRequest(table.Name))).Table.LatestStreamArn);
        var leases = await host.Services.GetRequiredService<ILeaseStore>().ListLeasesAsync(new LeaseScope("end-to-end", "starved", stream), CancellationToken.None);
        var lease = Assert.Single(leases);
        Assert.Equal((incarnation, 1L), (lease.Owner?.Incarnation, lease.Epoch));
        // Of this one: workers that other tests have killed are silent, too.
        Assert.DoesNotContain($"{incarnation}, has been silent", other.Log, StringComparison.Ordinal);
        Assert.Empty(recorder.Deliveries);
        await host.StopAsync(CancellationToken.None);
    }

    private static IHost Build(Uri endpoint, OrdersTable table, IBatchProcessor handler)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddDynamoDbStreams(options =>
        {
            options.ServiceUrl = endpoint.ToString();
            options.Region = "eu-central-1";
            options.Credentials = new Amazon.Runtime.BasicAWSCredentials("test", "test");
        });
        builder.Services.AddStreamWorkerConsumers(worker => worker.AddConsumer("starved", consumer => consumer.FromTable(table.Name).Process(_ => handler)));
        builder.Services.Configure<StreamWorkerOptions>(options => (options.Application, options.WorkerId) = ("end-to-end", "starving"));
        return builder.Build();
    }

    /// <summary>Takes every thread that the pool may have, for twice a lease duration, with its first batch.</summary>
    private sealed class Starving : IBatchProcessor, IDisposable
    {
        private const int Threads = 16;
        private static readonly TimeSpan Time = TimeSpan.FromSeconds(6);
        private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _over = new();
        private volatile bool _isFree;
        private int _batches;

        /// <summary>Gets whether no thread was free meanwhile.</summary>
        public Task<bool> WasStarved => _ended.Task;

        public ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> batch, BatchContext context, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _batches) == 1)
                Starve();
            return new(BatchResult.Succeeded);
        }

        public void Dispose() => _over.Dispose();

        private void Starve()
        {
            ThreadPool.GetMaxThreads(out var workers, out var completions);
            Assert.True(ThreadPool.SetMaxThreads(Threads, completions));
            try
            {
                for (var i = 0; i < 4 * Threads; i++)
                    ThreadPool.UnsafeQueueUserWorkItem(static over => over.Wait(Bound), _over, preferLocal: false);
                ThreadPool.UnsafeQueueUserWorkItem(static starving => starving._isFree = true, this, preferLocal: false);
                // Nobody ends this early: it is the handler that takes its time.
                _over.Wait(Time);
                _ended.SetResult(!_isFree);
            }
            finally
            {
                _over.Set();
                ThreadPool.SetMaxThreads(workers, completions);
            }
        }
    }
}
