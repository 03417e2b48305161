using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Consumer.Tests.Delivery.Filters;

namespace StreamWorker.Consumer.Tests.Hosting;

public sealed class ConsumerFiltersTests
{
    private readonly FakeLogger _logger = new();

    [Fact]
    public void Consumer_without_filters_has_none_F19() => Assert.Null(For(_ => { }));

    [Fact]
    public void Consumer_with_a_pattern_that_matches_everything_has_no_filter_F19() => Assert.Null(For(consumer => Patterns(consumer, """{"eventName":["REMOVE"]}""", "{}")));

    [Fact]
    public void Patterns_are_alternatives_and_functions_come_on_top()
    {
        var filter = For(consumer => Patterns(consumer, """{"eventName":["INSERT"]}""", """{"eventName":["REMOVE"]}""")
            .FilterBeforeBatching(record => record.NewImage is not null)
            .FilterBeforeBatching(record => record.Keys.GetString("id") == "o-1"))!;
        Assert.True(filter.Matches(Samples.NewImage("{}")));
        Assert.False(filter.Matches(Samples.NewImage("{}", "MODIFY")));
        Assert.False(filter.Matches(Samples.Of("""{"eventName":"REMOVE","dynamodb":{"Keys":{"id":{"S":"o-1"}}}}""")));
        Assert.False(filter.Matches(Samples.Of("""{"eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"o-2"}},"NewImage":{}}}""")));
    }

    [Fact]
    public void Function_of_one_consumer_does_not_filter_for_another()
    {
        var services = new ServiceCollection();
        new ConsumerBuilder("one", services).FilterBeforeBatching(_ => false);
        Assert.Null(ConsumerFilters.For("two", new ConsumerOptions(), services.BuildServiceProvider(), _logger));
    }

    // The handler meets the same fault, which is then dealt with like any other.
    [Fact]
    public void Record_that_a_function_cannot_read_is_delivered_without_a_word()
    {
        Assert.True(For(consumer => consumer.FilterBeforeBatching(record => record.Keys.GetString("id").Length > 5))!.Matches(Samples.Of("""{"dynamodb":{}}""")));
        Assert.Equal(0, _logger.Collector.Count);
    }

    [Fact]
    public void Record_for_which_a_function_fails_is_delivered_and_the_failure_told_ever_less_often()
    {
        var filter = For(consumer => consumer.FilterBeforeBatching(_ => throw new InvalidOperationException("no")))!;
        for (var i = 0; i < 9; i++)
            Assert.True(filter.Matches(Samples.NewImage("{}")));
        Assert.Equal([1, 2, 4, 8], _logger.Collector.GetSnapshot().Select(entry => int.Parse(entry.GetStructuredStateValue("Failures")!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(_logger.Collector.GetSnapshot(), entry => Assert.Equal(LogLevel.Error, entry.Level));
    }

    [Fact]
    public void Traps_in_patterns_are_warnings_when_the_consumer_starts_one_line_each()
    {
        For(consumer => Patterns(consumer, """{"eventName":["INSERT"]}""", """{"eventName":["insert"],"dynamodb":{"NewImage":{"total":{"N":[{"numeric":[">",100]}]}}}}"""));
        Assert.Equal(
        [
            "search: FilterCriteria:Filters:1:Pattern: eventName: \"insert\" matches nothing: a record's eventName is INSERT, MODIFY or REMOVE, in upper case [F5]",
            """search: FilterCriteria:Filters:1:Pattern: dynamodb.NewImage.total.N: numeric never matches: DynamoDB's numbers are JSON texts; {"streamworker:numeric":[">",100]} compares them, which Lambda cannot [F8]""",
        ], _logger.Collector.GetSnapshot().Select(entry => entry.Message));
        Assert.All(_logger.Collector.GetSnapshot(), entry => Assert.Equal(LogLevel.Warning, entry.Level));
    }

    // E11
    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Consumer_has_at_most_ten_filters(int filters, bool isValid)
    {
        var options = new ConsumerOptions { TableName = "Orders" };
        for (var i = 0; i < filters; i++)
            options.FilterCriteria.Filters.Add(new("""{"eventName":["INSERT"]}"""));
        var result = new ConsumerOptionsValidator().Validate("search", options);
        Assert.Equal(isValid ? [] : ["StreamWorker:Consumers:search:FilterCriteria:Filters = '11': at most 10 filters are allowed [E11]."], result.Failures ?? []);
    }

    // E22
    [Fact]
    public void Pattern_that_is_none_is_named_with_key_value_place_and_rule()
    {
        var options = new ConsumerOptions { TableName = "Orders" };
        options.FilterCriteria.Filters.Add(new("""{"eventName":["INSERT"]}"""));
        options.FilterCriteria.Filters.Add(new("""{"eventName":["INSERT",{"wildcard":"*"}]}"""));
        options.FilterCriteria.Filters.Add(new("\"INSERT\""));
        options.FilterCriteria.Filters.Add(new(new string(' ', 4095) + "{}"));
        Assert.Equal(
        [
            """StreamWorker:Consumers:search:FilterCriteria:Filters:1:Pattern = '{"eventName":["INSERT",{"wildcard":"*"}]}': is no filter pattern: eventName[1].wildcard: is an operator of EventBridge that Lambda's filters do not have [F4].""",
            """StreamWorker:Consumers:search:FilterCriteria:Filters:2:Pattern = '"INSERT"': is no filter pattern: the pattern: a JSON object is expected, for example {"eventName":["INSERT"]} [F1].""",
            $"StreamWorker:Consumers:search:FilterCriteria:Filters:3:Pattern = '{new string(' ', 400)}…': is no filter pattern: the pattern: has 4097 characters, and 4096 are the most [E11].",
        ], new ConsumerOptionsValidator().Validate("search", options).Failures);
    }

    private static ConsumerBuilder Patterns(ConsumerBuilder consumer, params string[] patterns) => consumer.Configure(options =>
    {
        foreach (var pattern in patterns)
            options.FilterCriteria.Filters.Add(new(pattern));
    });

    private IRecordFilter? For(Action<ConsumerBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddOptions();
        configure(new ConsumerBuilder("search", services));
        var provider = services.BuildServiceProvider();
        return ConsumerFilters.For("search", provider.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<ConsumerOptions>>().Get("search"), provider, _logger);
    }
}
