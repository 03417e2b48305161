using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Batches;

public sealed partial class TypedHandlerTests
{
    private const string Keys = """ "Keys":{"id":{"S":"o-1"}},"SequenceNumber":"1" """;

    private const string Cheap = """{"id":{"S":"o-1"},"total":{"N":"12.50"},"tags":{"SS":["a","b"]}}""";

    private const string Dear = """{"id":{"S":"o-1"},"total":{"N":"99"}}""";

    private static readonly StreamRecord s_insert = Records.Record($$$"""{"eventID":"e","eventName":"INSERT","dynamodb":{{{{Keys}}},"NewImage":{{{Cheap}}}}}""");

    private static readonly StreamRecord s_modify = Records.Record($$$"""{"eventID":"e","eventName":"MODIFY","dynamodb":{{{{Keys}}},"OldImage":{{{Cheap}}},"NewImage":{{{Dear}}}}}""");

    private static readonly StreamRecord s_remove = Records.Record($$$"""{"eventID":"e","eventName":"REMOVE","dynamodb":{{{{Keys}}},"OldImage":{{{Cheap}}}}}""");

    private static async Task<(BatchResult Result, StreamRecord<Order>? Seen)> HandleAsync(StreamRecord record)
    {
        StreamRecord<Order>? seen = null;
        var result = await Run.ConsumerAsync(
            consumer => consumer.Handle(OrderJson.Default.Order, (order, _, _) =>
            {
                seen = order;
                // While the record is being handled.
                _ = (order.NewImage, order.OldImage);
                return default;
            }),
            [record]);
        return (result, seen);
    }

    [Fact]
    public async Task Inserted_item_is_its_new_image_and_has_no_old_one()
    {
        var (result, seen) = await HandleAsync(s_insert);

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.Equal(EventName.Insert, seen!.EventName);
        Assert.Equal(("o-1", 12.50m), (seen.NewImage!.Id, seen.NewImage.Total));
        Assert.Equal(["a", "b"], seen.NewImage.Tags!);
        Assert.Null(seen.OldImage);
    }

    [Fact]
    public async Task Modified_item_has_both_images()
    {
        var (_, seen) = await HandleAsync(s_modify);

        Assert.Equal((12.50m, 99m), (seen!.OldImage!.Total, seen.NewImage!.Total));
    }

    [Fact]
    public async Task Removed_item_has_no_new_image_and_is_its_old_one()
    {
        var (_, seen) = await HandleAsync(s_remove);

        Assert.Equal(EventName.Remove, seen!.EventName);
        Assert.Null(seen.NewImage);
        Assert.Equal(12.50m, seen.OldImage!.Total);
        Assert.Equal("o-1", seen.Keys.GetString("id"));
        Assert.Same(s_remove, seen.Record);
    }

    [Fact]
    public async Task Image_is_the_same_object_each_time()
    {
        var (_, seen) = await HandleAsync(s_modify);

        Assert.Same(seen!.NewImage, seen.NewImage);
        Assert.Same(seen.OldImage, seen.OldImage);
    }

    [Fact]
    public async Task Image_that_does_not_fit_fails_its_record_alone_where_the_handler_asks_for_it()
    {
        var handled = new List<SequenceNumber>();
        var misfit = Records.Record("""{"eventID":"e","eventName":"MODIFY","dynamodb":{"SequenceNumber":"2","NewImage":{"id":{"S":"o-1"},"total":{"S":"much"}},"OldImage":{"id":{"S":"o-1"}}}}""");

        var result = await Run.ConsumerAsync(
            consumer => consumer.Handle(OrderJson.Default.Order, (order, _, _) =>
            {
                _ = order.NewImage;
                handled.Add(order.Record.SequenceNumber);
                return default;
            }),
            [s_insert, misfit]);

        Assert.Equal([SequenceNumber.Parse("1")], handled);
        Assert.Equal("2", Assert.Single(result.Failures).ItemIdentifier);
        Assert.Contains("dynamodb.NewImage", Assert.IsType<RecordFormatException>(result.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_that_is_not_asked_for_is_not_read()
    {
        var misfit = Records.Record("""{"eventID":"e","eventName":"MODIFY","dynamodb":{"SequenceNumber":"2","NewImage":{"id":{"S":"o-1"}},"OldImage":{"total":{"S":"much"}}}}""");
        var id = "";

        var result = await Run.ConsumerAsync(
            consumer => consumer.Handle(OrderJson.Default.Order, (order, _, _) =>
            {
                id = order.NewImage!.Id;
                return default;
            }),
            [misfit]);

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.Equal("o-1", id);
    }

    [Fact]
    public async Task Class_handler_is_made_in_the_records_scope()
    {
        var log = new List<string>();

        await Run.ConsumerAsync(
            consumer =>
            {
                consumer.Services.AddSingleton(log);
                consumer.Handle<OrderHandler, Order>(OrderJson.Default.Order);
            },
            [s_insert, s_remove],
            started: log.Clear);

        Assert.Equal(["o-1 Insert 12.50 search", "disposed", "o-1 Remove none search", "disposed"], log);
    }

    [Fact]
    public void Class_handler_that_cannot_be_made_is_a_fault_at_start()
    {
        var services = new ServiceCollection();
        new ConsumerBuilder("search", services).Handle<OrderHandler, Order>(OrderJson.Default.Order);
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredKeyedService<IBatchProcessor>("search"));

        Assert.Contains("search", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(OrderHandler), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layers_are_around_typed_handlers_too_and_each_try_has_objects_of_its_own()
    {
        var seen = new List<Order>();

        await Run.ConsumerAsync(
            consumer => consumer
                .UseRetry(retry => retry.Delay = retry.MaxDelay = TimeSpan.Zero)
                .Handle(OrderJson.Default.Order, (order, _, _) =>
                {
                    seen.Add(order.NewImage!);
                    return seen.Count < 2 ? throw new IOException() : default(ValueTask);
                }),
            [s_insert]);

        Assert.Equal(2, seen.Count);
        Assert.NotSame(seen[0], seen[1]);
    }

    [Fact]
    public void Consumer_has_one_handler_typed_or_not()
    {
        var consumer = new ConsumerBuilder("search", new ServiceCollection()).Handle(OrderJson.Default.Order, (_, _, _) => default);

        Assert.Throws<InvalidOperationException>(() => consumer.Handle<OrderHandler, Order>(OrderJson.Default.Order));
        Assert.Throws<InvalidOperationException>(() => consumer.Handle((_, _, _) => default));
    }

    private sealed class Order
    {
        public string Id { get; set; } = "";

        public decimal Total { get; set; }

        public string[]? Tags { get; set; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Order))]
    private sealed partial class OrderJson : JsonSerializerContext;

    private sealed class OrderHandler(List<string> log) : IRecordHandler<Order>, IDisposable
    {
        public ValueTask HandleAsync(StreamRecord<Order> record, RecordContext context, CancellationToken cancellationToken)
        {
            log.Add($"{record.Keys.GetString("id")} {record.EventName} {record.NewImage?.Total.ToString() ?? "none"} {context.Consumer}");
            return default;
        }

        public void Dispose() => log.Add("disposed");
    }
}
