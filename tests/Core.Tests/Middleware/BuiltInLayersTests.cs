using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;
using StreamWorker.Middleware;
using StreamWorker.Steps;

namespace StreamWorker.Core.Tests.Middleware;

/// <summary>What holds for each of the built-in layers, and for all of them together.</summary>
public sealed class BuiltInLayersTests
{
    public static readonly TheoryData<string> Names = [.. Layers.Keys];

    private static Dictionary<string, Func<ConsumerBuilder, ConsumerBuilder>> Layers => new()
    {
        ["logging scope"] = consumer => consumer.UseLoggingScope(),
        ["tracing"] = consumer => consumer.UseTracing(),
        ["filter"] = consumer => consumer.UseFilter(_ => true),
        ["idempotency"] = consumer => consumer.UseIdempotency(),
        ["retry"] = consumer => consumer.UseRetry(retry => retry.Delay = retry.MaxDelay = TimeSpan.Zero),
        ["time-out"] = consumer => consumer.UseTimeout(TimeSpan.FromHours(1)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Layer_around_records_is_refused_on_a_consumer_that_handles_batches(string name)
    {
        var consumer = new ConsumerBuilder("search", new ServiceCollection()).Process(_ => throw new IOException());

        var error = Assert.Throws<InvalidOperationException>(() => Layers[name](consumer));

        Assert.Contains("search", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Handler_of_batches_is_refused_behind_a_layer_around_records(string name)
    {
        var consumer = Layers[name](new ConsumerBuilder("search", new ServiceCollection()));

        Assert.Throws<InvalidOperationException>(() => consumer.Process(_ => throw new IOException()));
    }

    [Fact]
    public async Task All_together_handle_a_record_once_after_a_failure_and_never_again()
    {
        var journal = new Journal();
        var tries = new List<CancellationCause>();
        Action<ConsumerBuilder> configure = consumer =>
        {
            consumer.Services.AddSingleton<IStepJournal>(journal);
            foreach (var add in Layers.Values)
                add(consumer);
            consumer.UseBatchTimeout(TimeSpan.FromHours(1)).Handle((_, context, _) =>
            {
                tries.Add(context.CancellationCause);
                return tries.Count < 3 ? throw new IOException() : default(ValueTask);
            });
        };

        var first = await Run.ConsumerAsync(configure);
        var second = await Run.ConsumerAsync(configure);

        Assert.Equal([CancellationCause.None, CancellationCause.None, CancellationCause.None], tries);
        Assert.Equal((BatchOutcome.Succeeded, BatchOutcome.Succeeded), (first.Outcome, second.Outcome));
        Assert.Single(journal.Done);
    }

    [Fact]
    public async Task Error_passes_through_all_of_them_as_it_is()
    {
        var error = new RecordFormatException("text is expected", "dynamodb.Keys");

        var result = await Run.ConsumerAsync(consumer =>
        {
            consumer.Services.AddSingleton<IStepJournal>(new Journal());
            foreach (var add in Layers.Values)
                add(consumer);
            consumer.Handle((_, _, _) => throw error);
        });

        Assert.Same(error, Assert.Single(result.Failures).Error);
    }

    private sealed class Journal : IStepJournal
    {
        public HashSet<StepKey> Done { get; } = [];

        public ValueTask<StepEntry?> FindAsync(StepKey step, CancellationToken cancellationToken) => new(Done.Contains(step) ? new StepEntry() : null);

        public ValueTask<StepRecording> RecordAsync(StepKey step, StepEntry entry, CancellationToken cancellationToken)
        {
            Done.Add(step);
            return new(new StepRecording(StepRecordingOutcome.Recorded, entry));
        }
    }
}
