using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Middleware;

public sealed class TracingTests
{
    private static readonly BatchContext s_context = new() { Consumer = "search", ShardId = new ShardId("shardId-1"), LeaseEpoch = 7 };

    private readonly List<Activity> _ended = [];

    private ActivityListener Listen(ActivitySamplingResult result = ActivitySamplingResult.AllDataAndRecorded, Action<ActivityCreationOptions<ActivityContext>>? sampling = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "StreamWorker",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                sampling?.Invoke(options);
                return result;
            },
            ActivityStopped = _ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static Dictionary<string, object?> Tags(Activity activity) => activity.TagObjects.ToDictionary();

    [Fact]
    public async Task Record_has_a_span_with_the_attributes_of_messaging()
    {
        using (Listen())
            await Run.ConsumerAsync(consumer => consumer.UseTracing().Handle((_, _, _) => default), Run.OneRecord, s_context);

        var span = Assert.Single(_ended);
        Assert.Equal("process Orders", span.DisplayName);
        Assert.Equal(ActivityKind.Consumer, span.Kind);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["messaging.operation.name"] = "process",
                ["messaging.operation.type"] = "process",
                ["messaging.system"] = "aws.dynamodb_streams",
                ["messaging.consumer.group.name"] = "search",
                ["messaging.destination.name"] = "Orders",
                ["messaging.destination.partition.id"] = "shardId-1",
                ["messaging.message.id"] = "event-1",
            },
            Tags(span));
    }

    [Fact]
    public async Task Source_names_its_version_and_the_schema_of_its_attributes()
    {
        ActivitySource? source = null;
        using var listener = new ActivityListener { ShouldListenTo = candidate => Keep(candidate, ref source) };
        ActivitySource.AddActivityListener(listener);

        // Touches the source, in case no other test has yet.
        await new RecordTracing().InvokeAsync(Run.OneRecord[0], Context(), static (_, _, _) => default, CancellationToken.None);

        Assert.Equal("https://opentelemetry.io/schemas/1.44.0", source!.TelemetrySchemaUrl);
        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+$", source.Version);

        static bool Keep(ActivitySource candidate, ref ActivitySource? kept)
        {
            if (candidate.Name == "StreamWorker")
                kept = candidate;
            return false;
        }
    }

    [Fact]
    public async Task Attributes_are_there_when_the_sampler_is_asked()
    {
        var seen = new Dictionary<string, object?>();
        using (Listen(sampling: options => seen = options.Tags!.ToDictionary()))
            await Run.ConsumerAsync(consumer => consumer.UseTracing().Handle((_, _, _) => default), Run.OneRecord, s_context);

        Assert.Equal("Orders", seen["messaging.destination.name"]);
    }

    [Fact]
    public async Task Span_is_the_child_of_the_one_around_it_and_the_parent_of_what_the_handler_starts()
    {
        using var around = new Activity("around").Start();
        Activity? inHandler = null;

        using (Listen())
        {
            await Run.ConsumerAsync(consumer => consumer.UseTracing().Handle((_, _, _) =>
            {
                inHandler = Activity.Current;
                return default;
            }));
        }

        var span = Assert.Single(_ended);
        Assert.Equal(around.SpanId, span.ParentSpanId);
        Assert.Same(span, inHandler);
        Assert.Same(around, Activity.Current);
    }

    [Fact]
    public async Task Span_of_a_record_that_failed_is_an_error_with_its_type_and_without_its_message()
    {
        using (Listen())
            await Run.ConsumerAsync(consumer => consumer.UseTracing().Handle((_, _, _) => throw new IOException("order o-1")));

        var span = Assert.Single(_ended);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Null(span.StatusDescription);
        Assert.Equal("System.IO.IOException", Tags(span)["error.type"]);
        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task Error_passes_through_unchanged()
    {
        var error = new IOException();
        using var listening = Listen();

        var result = await Run.ConsumerAsync(consumer => consumer.UseTracing().Handle((_, _, _) => throw error));

        Assert.Same(error, result.Error);
    }

    [Fact]
    public async Task Each_record_has_a_span_of_its_own()
    {
        using (Listen())
            await Run.ConsumerAsync(consumer => consumer.UseTracing().Handle((_, _, _) => default), Run.ThreeRecords);

        Assert.Equal(["event-1", "event-2", "event-3"], _ended.Select(span => Tags(span)["messaging.message.id"]));
    }

    [Fact]
    public async Task What_a_record_does_not_say_is_left_out()
    {
        using (Listen())
        {
            await Run.ConsumerAsync(
                consumer => consumer.UseTracing().Handle((_, _, _) => default),
                [Records.Record("""{"eventID":7,"eventSourceARN":8,"dynamodb":{}}""")]);
        }

        var span = Assert.Single(_ended);
        Assert.Equal("process", span.DisplayName);
        Assert.Equal(["messaging.consumer.group.name", "messaging.operation.name", "messaging.operation.type", "messaging.system"], Tags(span).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Record_is_handled_when_the_sampler_wants_no_span()
    {
        using var listening = Listen(ActivitySamplingResult.None);
        var handled = 0;

        await Run.ConsumerAsync(consumer => consumer.UseTracing().Handle((_, _, _) =>
        {
            handled++;
            return default;
        }));

        Assert.Equal(1, handled);
        Assert.Empty(_ended);
    }

    [Fact]
    public async Task Nothing_is_allocated_without_a_listener()
    {
        var layer = new RecordTracing();
        var (record, context) = (Run.OneRecord[0], Context());
        StreamWorker.Pipeline.RecordDelegate next = static (_, _, _) => default;
        await layer.InvokeAsync(record, context, next, CancellationToken.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            await layer.InvokeAsync(record, context, next, CancellationToken.None);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RecordContext Context() => new(s_context, Run.OneRecord[0], new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>());
}
