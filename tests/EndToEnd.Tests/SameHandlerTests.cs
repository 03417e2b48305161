using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb;
using StreamWorker.Lambda;
using StreamWorker.Lambda.Tests;
using StreamWorker.Normalization;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>One handler class over the changes of one real table: run by the worker's loops, and as a Lambda function behind what a mapping does.</summary>
public sealed class SameHandlerTests(DynamoDbLocal local)
{
    private const int BatchSize = 25;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Handler_class_has_the_same_outcomes_in_the_worker_and_in_Lambda()
    {
        using var table = new OrdersTable(await local.EndpointAsync(), "Same");
        await table.CreateAsync();
        await table.WriteAsync(items: 10, changesPerItem: 15, writers: 1);

        var inWorker = await RunInWorkerAsync(table);
        var inLambda = await RunInLambdaAsync(table);

        Assert.Equal(table.Count + 3, inWorker.Count);
        Assert.Equal(3, inWorker.Count(outcome => outcome.Contains("failed", StringComparison.Ordinal)));
        Assert.Equal(inWorker, inLambda);
    }

    private async Task<List<string>> RunInWorkerAsync(OrdersTable table)
    {
        var log = new OutcomeLog(table.Count);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton(log);
        AddDynamoDb(builder.Services, await local.EndpointAsync());
        builder.Services.AddStreamWorkerConsumers(worker => worker.AddConsumer("same", consumer => consumer
            .FromTable(table.Name)
            .Configure(options =>
            {
                options.BatchSize = BatchSize;
                options.RetryDelay = TimeSpan.FromMilliseconds(10);
            })
            .Handle<RecordOutcome>()));
        builder.Services.Configure<StreamWorkerOptions>(options => options.Application = "same-handler");
        using var host = builder.Build();
        await host.StartAsync();
        await log.Complete.WaitAsync(Bound);
        await host.StopAsync();
        return [.. log.Outcomes];
    }

    private async Task<List<string>> RunInLambdaAsync(OrdersTable table)
    {
        var log = new OutcomeLog(table.Count);
        var records = await ReadAllAsync(table);
        await using var api = await FakeRuntimeApi.StartAsync();
        Environment.SetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API", api.Address);
        using var end = new CancellationTokenSource();
        var function = LambdaStream.RunAsync(
            consumer =>
            {
                consumer.Services.AddSingleton(log);
                consumer.Handle<RecordOutcome>();
            },
            cancellationToken: end.Token);
        for (var done = 0; done < records.Count;)
        {
            var batch = records.Skip(done).Take(BatchSize).ToList();
            var body = new ArrayBufferWriter<byte>();
            LambdaEvent.Write(body, batch);
            var answer = await api.Invoke(body.WrittenSpan.ToArray()).ResponseAsync();
            done += BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out _).CountFinished(batch);
        }

        await end.CancelAsync();
        await function;
        return [.. log.Outcomes];
    }

    private async Task<List<StreamRecord>> ReadAllAsync(OrdersTable table)
    {
        await using var services = AddDynamoDb(new ServiceCollection(), await local.EndpointAsync()).BuildServiceProvider();
        var client = services.GetRequiredService<IStreamsClient>();
        var stream = StreamArn.Parse((await table.Client.DescribeTableAsync(new DescribeTableRequest(table.Name))).Table.LatestStreamArn);
        var shard = (await client.DescribeStreamAsync(stream, null, null, CancellationToken.None)).Shards.Single();
        var iterator = await client.GetShardIteratorAsync(stream, shard.Id, IteratorStart.TrimHorizon, CancellationToken.None);
        var records = new List<StreamRecord>();
        while (records.Count < table.Count)
        {
            using var page = await client.GetRecordsAsync(stream, iterator, null, CancellationToken.None);
            records.AddRange(page.Records.Select(record => record.Detach()));
            iterator = page.NextShardIterator!;
        }

        return records;
    }

    private static IServiceCollection AddDynamoDb(IServiceCollection services, Uri endpoint) => services.AddDynamoDbStreams(options =>
    {
        options.ServiceUrl = endpoint.ToString();
        options.Region = "eu-central-1";
        options.Credentials = new Amazon.Runtime.BasicAWSCredentials("test", "test");
    });

    /// <summary>Writes down what it sees, and fails three times on the way.</summary>
    private sealed class RecordOutcome(OutcomeLog log) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            var id = record.Keys.GetString("id");
            var image = record.NewImage ?? record.OldImage!;
            var version = image.GetInt64("version");
            var what = $"{record.EventName} {id} v{version} {Status(record.OldImage)}->{Status(record.NewImage)} {context.IdempotencyKey}";
            if (log.FailsNow(id, version, record.EventName))
            {
                log.Add($"failed {what}");
                throw new InvalidOperationException("as planned");
            }

            log.Add($"handled {what}");
            return ValueTask.CompletedTask;
        }

        private static string Status(Item? image) => image?.GetString("status") ?? "none";
    }

    private sealed class OutcomeLog(int expected)
    {
        private readonly ConcurrentDictionary<(string, long), bool> _failed = new();
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _handled;

        public ConcurrentQueue<string> Outcomes { get; } = new();

        public Task Complete => _complete.Task;

        public bool FailsNow(string id, long version, EventName name) =>
            name == EventName.Modify && (id, version) is ("order-0002", 3) or ("order-0005", 4) or ("order-0009", 12) && _failed.TryAdd((id, version), true);

        public void Add(string outcome)
        {
            Outcomes.Enqueue(outcome);
            if (outcome.StartsWith("handled", StringComparison.Ordinal) && Interlocked.Increment(ref _handled) == expected)
                _complete.TrySetResult();
        }
    }
}
