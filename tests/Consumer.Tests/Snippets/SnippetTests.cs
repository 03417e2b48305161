using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Tests.Delivery.Filters;

namespace StreamWorker.Consumer.Tests.Snippets;

/// <summary>What the pages show is run, too.</summary>
public sealed class SnippetTests
{
    [Theory]
    [InlineData("MODIFY", "open", "paid", true)]
    [InlineData("MODIFY", "paid", "paid", false)]
    [InlineData("INSERT", "open", "paid", false)]
    public void Consumer_of_the_page_about_filters_wants_changes_of_the_status(string eventName, string before, string now, bool isWanted)
    {
        var services = new ServiceCollection();
        services.AddStreamWorkerConsumers(worker => FilteredConsumer.Add(worker, (_, _, _) => default));
        using var provider = services.BuildServiceProvider();
        var filter = ConsumerFilters.For("orders", provider.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get("orders"), provider, NullLogger.Instance)!;

        var record = Samples.Of($$$$$"""{"eventName":"{{{{{eventName}}}}}","dynamodb":{"OldImage":{"status":{"S":"{{{{{before}}}}}"}},"NewImage":{"status":{"S":"{{{{{now}}}}}"}}}}""");
        Assert.Equal(isWanted, filter.Matches(record));
    }
}
