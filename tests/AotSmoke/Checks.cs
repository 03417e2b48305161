using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.Diagnostics;
using StreamWorker.DynamoDb;
using StreamWorker.Middleware;
using StreamWorker.Normalization;
using StreamWorker.Pipeline;
using StreamWorker.Steps;

namespace StreamWorker.AotSmoke;

/// <summary>What is run. Each check throws when something is wrong.</summary>
internal static class Checks
{
    private static readonly byte[] s_event = Encoding.UTF8.GetBytes($$"""{"Records":[{{Record(1, "o-1")}},{{Record(2, "o-2")}},{{Record(3, "o-1")}}],"window":null}""");

    public static IEnumerable<(string Name, Func<Task> Check)> All =>
    [
        ("an event is read, from a stream too, and written back byte by byte", EventAsync),
        ("attributes are read by name and type", AttributesAsync),
        ("a fault names its record and its attribute", FaultAsync),
        ("an item is a dictionary, plain JSON and an object", WholeItemsAsync),
        ("images are compared", ChangesAsync),
        ("records reach a class, in layers, in a scope of their own", ClassHandlerAsync),
        ("records reach a typed class and a typed function", TypedHandlersAsync),
        ("every built-in layer lets a record through", BuiltInLayersAsync),
        ("items are handled side by side, and a failed one holds up itself alone", SideBySideAsync),
        ("a handler of batches names what failed, and its answer is written and read", BatchHandlerAsync),
        ("a window's typed state goes from call to call, by a class and a function", WindowsAsync),
        ("clients of the real service are made", ClientsAsync),
        ("failure destinations are opened, and a folder keeps what was given up", FailureDestinationsAsync),
    ];

    private static string Record(int number, string id) => $$$$$"""
        {"eventID":"e{{{{{number}}}}}","eventName":"MODIFY","eventSource":"aws:dynamodb","dynamodb":{"ApproximateCreationDateTime":1795448752,"Keys":{"id":{"S":"{{{{{id}}}}}"}},
        "OldImage":{"id":{"S":"{{{{{id}}}}}"},"status":{"S":"open"},"total":{"N":"1"},"address":{"M":{"city":{"S":"Bonn"},"zip":{"S":"53111"}}},"lines":{"L":[]},"tags":{"SS":["web"]}},
        "NewImage":{"id":{"S":"{{{{{id}}}}}"},"status":{"S":"paid"},"total":{"N":"129.90"},"ledger":{"N":"12345678901234567890123456789012345678"},"receipt":{"B":"AQL/"},"hashes":{"BS":["AQ=="]},
        "sizes":{"NS":["38","40.5"]},"note":{"NULL":true},"gift":{"BOOL":true},"address":{"M":{"city":{"S":"Ulm"},"zip":{"S":"53111"}}},"lines":{"L":[{"M":{"sku":{"S":"s-1"},"price":{"N":"129.9"}}}]},"tags":{"SS":["web"]}},
        "SequenceNumber":"{{{{{number}}}}}"},"eventSourceARN":"arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000"}
        """;

    private static void Expect(object? wanted, object? found)
    {
        if (!Equals(wanted, found))
            throw new InvalidOperationException($"'{wanted}' is wanted, and '{found}' was found.");
    }

    private static async Task EventAsync()
    {
        using var body = new MemoryStream(s_event);
        using var page = await RecordPage.ReadAsync(body);
        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, page);
        Expect(3, page.Records.Count);
        Expect(true, output.WrittenSpan.SequenceEqual(s_event));
        Expect("Orders", page.Records[0].StreamArn.TableName);
    }

    private static Task AttributesAsync()
    {
        using var page = RecordPage.Parse(s_event);
        var order = page.Records[0].NewImage!;
        Expect("paid", order.GetString("status"));
        Expect(129.9m, order.GetDecimal("total"));
        Expect(129.9, order.GetDouble("total"));
        Expect("129.90", order.GetNumberText("total"));
        Expect(BigInteger.Parse("12345678901234567890123456789012345678", CultureInfo.InvariantCulture), order.GetBigInteger("ledger"));
        Expect(true, order.GetBoolean("gift"));
        Expect(3, order.GetBytes("receipt").Length);
        Expect("Ulm", order.GetMap("address").GetString("city"));
        Expect("s-1", order.GetList("lines")[0].AsMap().GetString("sku"));
        Expect(true, order.GetStringSet("tags").Contains("web"));
        Expect(true, order.GetNumberSet("sizes").Contains("40.5"));
        Expect(true, order.GetBinarySet("hashes").Contains([1]));
        Expect(true, order["note"].IsNull);
        Expect(12, order.Count());
        return Task.CompletedTask;
    }

    private static Task FaultAsync()
    {
        using var page = RecordPage.Parse(s_event);
        try
        {
            page.Records[1].NewImage!.GetInt64("total");
            throw new InvalidOperationException("No fault was raised.");
        }
        catch (RecordFormatException e)
        {
            Expect("e2", e.EventId);
            Expect(true, e.Message.Contains("dynamodb.NewImage.total", StringComparison.Ordinal));
        }

        return Task.CompletedTask;
    }

    private static Task WholeItemsAsync()
    {
        using var page = RecordPage.Parse(s_event);
        var image = page.Records[0].NewImage!;
        Expect("paid", image.ToDictionary()["status"]);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
            image.WriteTo(writer);
        Expect("129.90", JsonElement.Parse(json.ToArray()).GetProperty("total").GetRawText());
        var order = image.To(OrderJson.Default.Order);
        Expect(new Address("Ulm", "53111"), order.Address);
        Expect(129.9m, order.Lines[0].Price);
        return Task.CompletedTask;
    }

    private static Task ChangesAsync()
    {
        using var page = RecordPage.Parse(s_event);
        var changes = page.Records[0].GetChanges().Select(change => $"{change}").ToHashSet();
        Expect(true, changes.Contains("address.city: Changed") && changes.Contains("ledger: Added") && changes.Contains("lines[0]: Added"));
        Expect(false, page.Records[0].HasChanged("tags"));
        return Task.CompletedTask;
    }

    private static async Task ClassHandlerAsync()
    {
        var log = new List<string>();
        var result = await RunAsync(consumer => consumer.Use<LogLayer>().UseBatch<LogBatchLayer>().Handle<LogHandler>().Services.AddSingleton(log));
        Expect(BatchOutcome.Succeeded, result.Outcome);
        Expect("batch of 3|layer o-1|handler o-1|layer o-2|handler o-2|layer o-1|handler o-1|batch Succeeded", string.Join('|', log));
    }

    private static async Task TypedHandlersAsync()
    {
        var log = new List<string>();
        Expect(null, (await RunAsync(consumer => consumer.Handle<TypedHandler, Order>(OrderJson.Default.Order).Services.AddSingleton(log))).Error);
        await RunAsync(consumer => consumer.Handle(OrderJson.Default.Order, (record, _, _) =>
        {
            log.Add(record.OldImage!.Status);
            return default;
        }));
        Expect("129.90|129.90|129.90|open|open|open", string.Join('|', log));
    }

    private static async Task WindowsAsync()
    {
        foreach (var configure in new Action<ConsumerBuilder>[]
                 {
                     consumer => consumer.HandleWindow<SumOrders, Totals>(OrderJson.Default.Totals),
                     consumer => consumer.HandleWindow(OrderJson.Default.Totals, new SumOrders().HandleAsync),
                 })
        {
            var services = new ServiceCollection();
            configure(new ConsumerBuilder("smoke", services));
            await using var provider = services.BuildServiceProvider();
            var processor = provider.GetRequiredKeyedService<IBatchProcessor>("smoke");
            using var page = RecordPage.Parse(s_event);
            var window = new BatchWindow { Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch.AddMinutes(1) };
            foreach (var wanted in new[] { """{"orders":3,"sum":389.7}""", """{"orders":6,"sum":779.4}""" })
            {
                var result = await processor.ProcessAsync(page.Records, new BatchContext { Consumer = "smoke", Window = window }, default);
                Expect(null, result.Error);
                Expect(wanted, Encoding.UTF8.GetString(result.State!.Value.Span));
                var output = new ArrayBufferWriter<byte>();
                window = window.With(result.State.Value, isFinal: false);
                LambdaEvent.Write(output, page.Records, new BatchContext { Consumer = "smoke", Window = window });
                Expect(wanted, Encoding.UTF8.GetString(RecordPage.Parse(output.WrittenMemory).Window!.State.Span));
            }
        }
    }

    private static async Task BuiltInLayersAsync()
    {
        var journal = new Journal();
        var tries = 0;
        void Configure(ConsumerBuilder consumer)
        {
            consumer.Services.AddSingleton<IStepJournal>(journal);
            consumer.UseBatchTimeout(TimeSpan.FromMinutes(1)).UseLoggingScope().UseTracing().UseFilter(record => record.Keys.GetString("id") == "o-1").UseIdempotency()
                .UseRetry(retry => retry.Delay = TimeSpan.FromMilliseconds(1)).UseTimeout(TimeSpan.FromSeconds(30))
                .Handle((_, _, _) => tries++ == 0 ? throw new IOException("once") : default(ValueTask));
        }

        Expect(BatchOutcome.Succeeded, (await RunAsync(Configure)).Outcome);
        Expect(BatchOutcome.Succeeded, (await RunAsync(Configure)).Outcome);
        Expect(3, tries);
        Expect(2, journal.Count);
    }

    private static async Task SideBySideAsync()
    {
        var result = await RunAsync(consumer => consumer
            .ConfigureBatches(options => (options.MaxConcurrency, options.FailureMode) = (8, FailureMode.StopKey))
            .Handle(async (record, _, _) =>
            {
                await Task.Yield();
                if (record.Keys.GetString("id") == "o-1")
                    throw new IOException("poison");
            }));
        Expect("1,3 skipped", string.Join(',', result.Failures.Select(failure => failure.ItemIdentifier + (failure.IsSkipped ? " skipped" : ""))));
    }

    private static async Task BatchHandlerAsync()
    {
        var result = await RunAsync(consumer => consumer.HandleBatch<LastFails>());
        var answer = new ArrayBufferWriter<byte>();
        BatchResponse.Write(answer, [.. result.Failures]);
        Expect("""{"batchItemFailures":[{"itemIdentifier":"3"}]}""", Encoding.UTF8.GetString(answer.WrittenSpan));
        Expect("3", BatchResponse.Read(answer.WrittenSpan, out _).Failures.Single().ItemIdentifier);
    }

    private static Task ClientsAsync()
    {
        using var services = new ServiceCollection()
            .AddDynamoDbStreams(options =>
            {
                options.Region = "eu-central-1";
                options.Credentials = new Amazon.Runtime.BasicAWSCredentials("key", "secret");
            })
            .BuildServiceProvider();
        Expect(true, services.GetService<IStreamsClient>() is not null);
        return Task.CompletedTask;
    }

    private static async Task FailureDestinationsAsync()
    {
        await using var services = new ServiceCollection()
            .AddDynamoDbStreams(options =>
            {
                options.Region = "eu-central-1";
                options.Credentials = new Amazon.Runtime.BasicAWSCredentials("key", "secret");
            })
            .BuildServiceProvider();
        var factory = services.GetRequiredService<IFailureDestinationFactory>();
        string[] addresses = ["arn:aws:sqs:eu-central-1:123456789012:q", "arn:aws:sns:eu-central-1:123456789012:t", "arn:aws:s3:::bucket", "arn:aws:dynamodb:eu-central-1:123456789012:table/rows"];
        foreach (var address in addresses)
            (factory.OpenDestination(FailureDestinationAddress.Parse(address)) as IDisposable)?.Dispose();

        var folder = Directory.CreateTempSubdirectory("given-up-").FullName;
        using var page = RecordPage.Parse(s_event);
        await factory.OpenDestination(FailureDestinationAddress.Parse($"folder:{folder}")).DeliverAsync(
            new DiscardedBatch
            {
                Consumer = "orders",
                Stream = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000"),
                ShardId = new ShardId("shardId-1"),
                Records = page.Records,
                Condition = DiscardCondition.RetryAttemptsExhausted,
                ApproximateInvokeCount = 1,
                IsFunctionError = true,
                RequestId = Guid.Empty,
                Timestamp = DateTimeOffset.UnixEpoch,
            },
            CancellationToken.None);
        var archive = factory.OpenArchive(FailureDestinationAddress.Parse($"folder:{folder}"))!;
        await foreach (var batch in archive.ListAsync(CancellationToken.None))
            Expect(3, batch.Notice?.Count ?? 0);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<BatchResult> RunAsync(Action<ConsumerBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        configure(new ConsumerBuilder("orders", services));
        await using var provider = services.BuildServiceProvider();
        using var page = RecordPage.Parse(s_event);
        return await provider.GetRequiredKeyedService<IBatchProcessor>("orders").ProcessAsync(page.Records, new BatchContext { Consumer = "orders" }, CancellationToken.None);
    }

    private sealed class LogLayer(List<string> log) : IRecordMiddleware
    {
        public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
        {
            log.Add($"layer {record.Keys.GetString("id")}");
            return next(record, context, cancellationToken);
        }
    }

    private sealed class LogBatchLayer(List<string> log) : IBatchMiddleware
    {
        public async ValueTask<BatchResult> InvokeAsync(IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
        {
            log.Add($"batch of {records.Count}");
            var result = await next(records, context, cancellationToken);
            log.Add($"batch {result.Outcome}");
            return result;
        }
    }

    private sealed class LogHandler(List<string> log) : IRecordHandler
    {
        public ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
        {
            log.Add($"handler {record.Keys.GetString("id")}");
            return default;
        }
    }

    private sealed class TypedHandler(List<string> log) : IRecordHandler<Order>
    {
        public ValueTask HandleAsync(StreamRecord<Order> record, RecordContext context, CancellationToken cancellationToken)
        {
            log.Add(record.NewImage!.Total.ToString(CultureInfo.InvariantCulture));
            return default;
        }
    }

    private sealed class LastFails : IBatchHandler
    {
        public ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken) =>
            new([BatchItemFailure.Of(records[^1], new IOException())]);
    }

    private sealed class Journal : IStepJournal
    {
        private readonly Dictionary<StepKey, StepEntry> _entries = [];

        public int Count => _entries.Count;

        public ValueTask<StepEntry?> FindAsync(StepKey step, CancellationToken cancellationToken) => new(_entries.GetValueOrDefault(step));

        public ValueTask<StepRecording> RecordAsync(StepKey step, StepEntry entry, CancellationToken cancellationToken)
        {
            _entries[step] = entry;
            return new(new StepRecording(StepRecordingOutcome.Recorded, entry));
        }
    }
}
