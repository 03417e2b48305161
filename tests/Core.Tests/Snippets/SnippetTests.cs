using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;

namespace StreamWorker.Core.Tests.Snippets;

/// <summary>What the pages show is run, too.</summary>
public sealed class SnippetTests
{
    [Theory]
    [InlineData(nameof(TimeoutLayers))]
    [InlineData(nameof(RetryLayer))]
    [InlineData(nameof(FilterLayer))]
    [InlineData(nameof(ObservedLayers))]
    [InlineData(nameof(SideBySide))]
    public async Task Layers_of_the_pages_let_records_through(string snippet)
    {
        var handled = 0;

        await Run.ConsumerAsync(
            consumer => (snippet switch
            {
                nameof(TimeoutLayers) => TimeoutLayers.Add(consumer),
                nameof(RetryLayer) => RetryLayer.Add(consumer),
                nameof(FilterLayer) => FilterLayer.Add(consumer),
                nameof(SideBySide) => SideBySide.Add(consumer),
                _ => ObservedLayers.Add(consumer),
            }).Handle((_, _, _) =>
            {
                handled++;
                return default;
            }),
            Run.ThreeRecords);

        Assert.Equal(3, handled);
    }

    [Fact]
    public async Task Layer_of_a_function_takes_a_conflict_for_done_and_nothing_else()
    {
        var conflict = await Run.ConsumerAsync(consumer => consumer.UseConflictsAsDone().Handle((_, _, _) => throw new HttpRequestException("", null, HttpStatusCode.Conflict)));
        var gone = await Run.ConsumerAsync(consumer => consumer.UseConflictsAsDone().Handle((_, _, _) => throw new HttpRequestException("", null, HttpStatusCode.Gone)));

        Assert.Equal(BatchOutcome.Succeeded, conflict.Outcome);
        Assert.Equal(BatchOutcome.PartlyFailed, gone.Outcome);
    }

    [Fact]
    public async Task Handler_of_batches_names_what_was_refused()
    {
        var result = await Run.ConsumerAsync(
            consumer =>
            {
                consumer.Services.AddSingleton(new BulkIndex(refused: "2"));
                consumer.HandleBatch<IndexInBulk>();
            },
            Run.ThreeRecords);

        Assert.Contains(result.Failures, failure => failure.ItemIdentifier == "2");
        Assert.Equal(1, result.CountFinished(Run.ThreeRecords));
    }
}
