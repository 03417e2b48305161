using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Middleware;

namespace StreamWorker.Core.Tests.Middleware;

public sealed class LoggingScopeTests
{
    private readonly FakeLogCollector _logs = FakeLogCollector.Create(new FakeLogCollectorOptions());

    private async Task<IReadOnlyList<object?>> ScopesAsync(BatchContext context, params StreamRecord[] batch)
    {
        await Run.ConsumerAsync(
            consumer =>
            {
                consumer.Services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(_logs)));
                consumer.UseLoggingScope().Handle((_, context, _) =>
                {
                    context.Services.GetRequiredService<ILogger<LoggingScopeTests>>().LogInformation("handling");
                    return default;
                });
            },
            batch,
            context);
        return [.. _logs.GetSnapshot().SelectMany(entry => entry.Scopes)];
    }

    [Fact]
    public async Task Entries_of_a_handler_say_which_record_they_are_about()
    {
        var context = new BatchContext { Consumer = "search", ShardId = new ShardId("shardId-1"), LeaseEpoch = 7, Attempt = 3 };

        var scope = Assert.Single(await ScopesAsync(context, Records.Numbered("100000000000000000001")));

        Assert.Equal(
            [new("Consumer", "search"), new("ShardId", "shardId-1"), new("SequenceNumber", "100000000000000000001"), new("EventId", "event-100000000000000000001"), new("Attempt", 3)],
            Assert.IsType<IReadOnlyList<KeyValuePair<string, object?>>>(scope, exactMatch: false));
        Assert.Equal("Consumer:search ShardId:shardId-1 SequenceNumber:100000000000000000001 EventId:event-100000000000000000001 Attempt:3", scope!.ToString());
    }

    [Fact]
    public async Task Each_record_has_a_scope_of_its_own()
    {
        var scopes = await ScopesAsync(new BatchContext { Consumer = "search" }, Run.ThreeRecords);

        Assert.Equal(["event-1", "event-2", "event-3"], scopes.Select(scope => Assert.Single((IEnumerable<KeyValuePair<string, object?>>)scope!, value => value.Key == "EventId").Value));
    }

    [Fact]
    public async Task What_is_not_known_is_left_out()
    {
        var scope = Assert.Single(await ScopesAsync(new BatchContext { Consumer = "search" }, Records.Record("""{"eventID":7,"dynamodb":{"SequenceNumber":"none"}}""")));

        Assert.Equal("Consumer:search Attempt:1", scope!.ToString());
    }

    [Fact]
    public async Task No_value_of_the_item_is_in_the_scope()
    {
        var scope = Assert.Single(await ScopesAsync(new BatchContext { Consumer = "search" }, Records.Record(Records.Insert)));

        Assert.DoesNotContain("o-1", scope!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("12.50", scope.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scope_ends_with_the_record_also_when_it_failed()
    {
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(_logs)));
        new ConsumerBuilder("search", services).UseLoggingScope().Handle((_, _, _) => throw new IOException());
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<IBatchProcessor>("search").ProcessAsync(Run.OneRecord, new BatchContext { Consumer = "search" }, TestContext.Current.CancellationToken);
        provider.GetRequiredService<ILogger<LoggingScopeTests>>().LogInformation("afterwards");

        Assert.Empty(Assert.Single(_logs.GetSnapshot(), entry => entry.Message == "afterwards").Scopes);
    }

    [Fact]
    public async Task Without_logging_among_the_services_there_is_no_scope_and_no_harm()
    {
        var result = await Run.ConsumerAsync(consumer => consumer.UseLoggingScope().Handle((_, _, _) => default));

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
    }
}
