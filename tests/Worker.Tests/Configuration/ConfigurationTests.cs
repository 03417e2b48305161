using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamWorker.Batches;
using StreamWorker.Consumer.Hosting;
using StreamWorker.DynamoDb;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Tests.Configuration;

public sealed class ConfigurationTests
{
    private const string Orders = "StreamWorker:Consumers:orders:";

    private static readonly (string, string?) Table = (Orders + "TableName", "Orders");

    private static readonly (string, string?)[] Http = [Table, (Orders + "Handler:Type", "Http"), (Orders + "Handler:Url", "http://localhost:9000/events")];

    [Theory]
    [InlineData("StreamWorker:Applicaton", "shop", "StreamWorker:Applicaton = 'shop': is not a setting; did you mean Application?")]
    [InlineData("StreamWorker:LeaseDurations", "00:00:03", "StreamWorker:LeaseDurations = '00:00:03': is not a setting; did you mean LeaseDuration?")]
    [InlineData(Orders + "BatchSzie", "10", Orders + "BatchSzie = '10': is not a setting; did you mean BatchSize?")]
    [InlineData(Orders + "EventSourceArn", "arn:x", Orders + "EventSourceArn = 'arn:x': is not a setting; did you mean StreamArn?")]
    [InlineData(Orders + "Handler:Kind", "Http", Orders + "Handler:Kind = 'Http': is not a setting; known here are Type, Format, Url, Timeout.")]
    [InlineData(Orders + "Retry:Delay", "1", Orders + "Retry = '1': is not a setting; known here are TableName, StreamArn, StartingPosition, OnGap, BatchSize, Enabled, RetryDelay, MaximumRetryDelay, DestinationConfig, MaximumBatchingWindowInSeconds, ParallelizationFactor, MaximumRetryAttempts, MaximumRecordAgeInSeconds, TumblingWindowInSeconds, BisectBatchOnFunctionError, FailurePolicy, FilterCriteria, FunctionResponseTypes, Handler.")]
    public void Unknown_key_is_a_fault_with_the_nearest_known_one(string key, string value, string fault) =>
        Assert.Equal([fault], Hosts.FaultsOf(Table, (key, value)));

    [Theory]
    [InlineData("StreamWorker:LeaseDuration", "3", "must be a duration written [d.]hh:mm:ss[.fff], for example 00:00:03")]
    [InlineData("StreamWorker:DrainTimeout", "20s", "must be a duration written [d.]hh:mm:ss[.fff], for example 00:00:03")]
    [InlineData("StreamWorker:CreateTables", "yes", "must be true or false")]
    [InlineData(Orders + "BatchSize", "many", "must be a whole number")]
    [InlineData(Orders + "BatchSize", "1.5", "must be a whole number")]
    [InlineData(Orders + "Enabled", "1", "must be true or false")]
    [InlineData(Orders + "StartingPosition", "AT_TIMESTAMP", "must be TRIM_HORIZON or LATEST")]
    [InlineData(Orders + "RetryDelay", "00:30", "must be a duration written [d.]hh:mm:ss[.fff], for example 00:00:03")]
    [InlineData(Orders + "FunctionResponseTypes:0", "ReportItemFailures", "must be ReportBatchItemFailures")]
    [InlineData(Orders + "Handler:Type", "Sqs", "must be Console or Http")]
    [InlineData(Orders + "Handler:Format", "Xml", "must be Json or Text")]
    public void Value_that_cannot_be_read_is_a_fault(string key, string value, string rule) =>
        Assert.Equal([$"{key} = '{value}': {rule}."], Hosts.FaultsOf(Table, (key, value)));

    [Theory]
    [InlineData("StreamWorker:LeaseDuration", "00:00:00.5", "must be between 00:00:01 and 00:10:00")]
    [InlineData("StreamWorker:CheckpointInterval", "00:02:00", "must be between 00:00:00 and 00:01:00")]
    [InlineData("StreamWorker:MaximumPollInterval", "00:00:00.1000000", "must be between 00:00:00.2500000 and 00:01:00")]
    [InlineData(Orders + "BatchSize", "0", "must be between 1 and 10000")]
    [InlineData(Orders + "BatchSize", "10001", "must be between 1 and 10000")]
    public void Value_out_of_range_is_a_fault(string key, string value, string rule)
    {
        var fault = Assert.Single(Hosts.FaultsOf(Table, (key, value)));

        Assert.StartsWith($"{key} = '", fault);
        Assert.EndsWith($": {rule}.", fault);
    }

    [Theory]
    [InlineData("localhost:9000")]
    [InlineData("/events")]
    [InlineData("ftp://localhost/events")]
    [InlineData("http://")]
    [InlineData("http://user:secret@localhost/")]
    [InlineData("http://localhost/#part")]
    [InlineData("")]
    public void Malformed_url_is_a_fault(string url) =>
        Assert.Equal(
            [$"{Orders}Handler:Url = {(url.Length == 0 ? "(none)" : $"'{url}'")}: must be an absolute http or https URL without user name and fragment, for example http://localhost:9000/events."],
            Hosts.FaultsOf(Table, (Orders + "Handler:Type", "Http"), (Orders + "Handler:Url", url)));

    [Theory]
    [InlineData("Console", "Url", "http://localhost:9000/", "applies to Handler:Type Http only")]
    [InlineData("Console", "Timeout", "00:00:10", "applies to Handler:Type Http only")]
    [InlineData("Http", "Format", "Text", "applies to Handler:Type Console only")]
    [InlineData("Http", "Timeout", "00:00:00", "must be between 00:00:00.1000000 and 00:15:00")]
    [InlineData("Http", "Timeout", "01:00:00", "must be between 00:00:00.1000000 and 00:15:00")]
    public void Handler_key_that_does_not_fit_its_type_is_a_fault(string type, string key, string value, string rule)
    {
        (string, string?)[] settings = type == "Http" ? Http : [Table, (Orders + "Handler:Type", type)];

        Assert.Equal([$"{Orders}Handler:{key} = '{value}': {rule}."], Hosts.FaultsOf([.. settings, (Orders + "Handler:" + key, value)]));
    }

    [Theory]
    [InlineData("MaximumBatchingWindowInSeconds", "0", "5", "only 0 is accepted")]
    [InlineData("ParallelizationFactor", "1", "10", "only 1 is accepted")]
    [InlineData("MaximumRetryAttempts", "-1", "3", "only -1 is accepted")]
    [InlineData("MaximumRecordAgeInSeconds", "-1", "3600", "only -1 is accepted")]
    [InlineData("TumblingWindowInSeconds", "0", "60", "only 0 is accepted")]
    [InlineData("BisectBatchOnFunctionError", "false", "true", "only false is accepted")]
    [InlineData("FailurePolicy", "Lambda", "Isolate", "only Lambda is accepted")]
    public void Setting_of_a_mapping_that_is_not_there_yet_is_accepted_with_its_default_only(string key, string standard, string other, string rule)
    {
        Assert.Empty(Hosts.FaultsOf(Table, (Orders + key, standard)));
        Assert.Equal(
            [$"{Orders}{key} = '{other}': is a setting of Lambda's mapping that this version does not have yet: {rule}."],
            Hosts.FaultsOf(Table, (Orders + key, other)));
    }

    [Theory]
    [InlineData("FilterCriteria:Filters:0:Pattern")]
    public void Section_of_a_mapping_that_is_not_there_yet_is_accepted_when_empty_only(string key)
    {
        Assert.Empty(Hosts.FaultsOf(Table, (Orders + key, "")));
        Assert.Equal([$"{Orders}{key} = 'x': is a setting of Lambda's mapping that this version does not have yet."], Hosts.FaultsOf(Table, (Orders + key, "x")));
    }

    [Theory]
    [InlineData("DestinationConfig:OnFailure:Destination", "x", "must be the ARN of a standard SQS queue, a standard SNS topic, an S3 bucket or a DynamoDB table (arn:aws:dynamodb:REGION:ACCOUNT:table/NAME), or a folder (folder:PATH or file:///PATH).")]
    [InlineData("DestinationConfig:OnFailure:Destination", "arn:aws:sqs:eu-central-1:123456789012:given-up.fifo", "must not be a FIFO queue: only standard ones are taken.")]
    public void E10_destination_that_is_none_is_a_fault(string key, string value, string rule) =>
        Assert.Equal([$"{Orders}{key} = '{value}': {rule}"], Hosts.FaultsOf(Table, (Orders + key, value)));

    [Fact]
    public void E10_OnSuccess_is_no_setting_of_a_stream() => Assert.Equal(
        [$"{Orders}DestinationConfig:OnSuccess = 'x': is not a setting; known here are OnFailure."],
        Hosts.FaultsOf(Table, (Orders + "DestinationConfig:OnSuccess:Destination", "x")));

    [Fact]
    public async Task E10_destination_reaches_the_consumer_and_an_empty_one_is_none()
    {
        const string Arn = "arn:aws:sqs:eu-central-1:123456789012:given-up";
        var builder = Hosts.New(Table, (Orders + "DestinationConfig:OnFailure:Destination", Arn));
        builder.AddConfiguredStreamWorker();
        await using var app = builder.Build();
        Assert.Equal(Arn, app.ConsumerOptions("orders").OnFailureDestination);

        Assert.Empty(Hosts.FaultsOf(Table, (Orders + "DestinationConfig:OnFailure:Destination", "")));
    }

    [Fact]
    public void All_faults_come_in_one_message()
    {
        var faults = Hosts.FaultsOf(
            ("StreamWorker:Aplication", "shop"),
            ("StreamWorker:LeaseDuration", "soon"),
            ("StreamWorker:DrainTimeout", "01:00:00"),
            (Orders + "TableName", "Orders"),
            (Orders + "StreamArn", "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/x"),
            (Orders + "BatchSize", "0"),
            ("StreamWorker:Consumers:search:Handler:Type", "Http"),
            ("StreamWorker:Consumers:search:Handler:Url", "nowhere"));

        Assert.Equal(
            [
                "StreamWorker:Aplication",
                "StreamWorker:Consumers:orders:BatchSize",
                "StreamWorker:Consumers:orders:TableName",
                "StreamWorker:Consumers:search:Handler:Url",
                "StreamWorker:Consumers:search:TableName",
                "StreamWorker:DrainTimeout",
                "StreamWorker:LeaseDuration",
            ],
            faults.Select(fault => fault[..fault.IndexOf(' ', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_consumer_is_a_fault() =>
        Assert.Equal(["StreamWorker:Consumers = (none): at least one consumer is needed, for example StreamWorker:Consumers:orders:TableName."], Hosts.FaultsOf());

    [Fact]
    public void Value_where_a_section_belongs_is_a_fault_that_shows_the_section() =>
        Assert.Equal(
            ["StreamWorker:Consumers:orders:Handler = 'Http': must be a section, for example StreamWorker:Consumers:orders:Handler:Type."],
            Hosts.FaultsOf(Table, (Orders + "Handler", "Http")));

    [Fact]
    public void Section_where_a_value_belongs_is_a_fault() =>
        Assert.Equal(
            [Orders + "BatchSize = '5': must be a single value, and has keys or members below it."],
            Hosts.FaultsOf(Table, (Orders + "BatchSize:Maximum", "5")));

    [Fact]
    public void Text_where_a_list_belongs_is_a_fault_that_shows_the_list() =>
        Assert.Equal(
            [Orders + "FunctionResponseTypes = 'ReportBatchItemFailures': must be a list: [\"ReportBatchItemFailures\"] in JSON, FunctionResponseTypes__0=ReportBatchItemFailures in the environment."],
            Hosts.FaultsOf(Table, (Orders + "FunctionResponseTypes", "ReportBatchItemFailures")));

    [Fact]
    public async Task Every_setting_is_read()
    {
        var builder = Hosts.New();
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes("""
            { "StreamWorker": {
                "Application": "orders",           // a comment is no fault
                "WorkerId": "w1", "LeaseTable": "shared.leases", "CreateTables": false,
                "LeaseDuration": "00:00:05", "CheckpointInterval": "00:00:02", "DrainTimeout": "00:00:07",
                "MaximumPollInterval": "00:00:03", "DiscoveryInterval": "00:05:00", "RebalanceDelay": "00:00:20", "StallTimeout": "00:30:00",
                "MaximumBufferedMegabytes": 32, "MaximumConcurrentReads": 16,
                "Consumers": { "search": {
                    "TableName": "Orders",
                    "StartingPosition": "LATEST", "OnGap": "Stop", "BatchSize": 250, "MaximumBatchingWindowInSeconds": 0,
                    "ParallelizationFactor": 1, "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1,
                    "BisectBatchOnFunctionError": false, "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "FilterCriteria": { "Filters": [] }, "DestinationConfig": null,
                    "TumblingWindowInSeconds": 0, "Enabled": true, "FailurePolicy": "Lambda",
                    "RetryDelay": "00:00:01", "MaximumRetryDelay": "00:00:30",
                    "Handler": { "Type": "Http", "Url": "http://localhost:9000/2015-03-31/functions/function/invocations", "Timeout": "00:01:00" }
                } } } }
            """)));
        builder.AddConfiguredStreamWorker();
        await using var app = builder.Build();

        Assert.Equivalent(
            new StreamWorkerOptions
            {
                Application = "orders",
                WorkerId = "w1",
                LeaseDuration = TimeSpan.FromSeconds(5),
                CheckpointInterval = TimeSpan.FromSeconds(2),
                DrainTimeout = TimeSpan.FromSeconds(7),
                MaximumPollInterval = TimeSpan.FromSeconds(3),
                DiscoveryInterval = TimeSpan.FromMinutes(5),
                RebalanceDelay = TimeSpan.FromSeconds(20),
                StallTimeout = TimeSpan.FromMinutes(30),
                MaximumBufferedMegabytes = 32,
                MaximumConcurrentReads = 16,
            },
            app.Services.GetRequiredService<IOptions<StreamWorkerOptions>>().Value);
        Assert.Equivalent(
            new ConsumerOptions
            {
                TableName = "Orders",
                StartingPosition = StartingPosition.Latest,
                OnGap = GapPolicy.Stop,
                BatchSize = 250,
                RetryDelay = TimeSpan.FromSeconds(1),
                MaximumRetryDelay = TimeSpan.FromSeconds(30),
            },
            app.ConsumerOptions("search"));
        var leases = app.Services.GetRequiredService<IOptions<DynamoDbOptions>>().Value.Leases;
        Assert.Equal(("shared.leases", false), (leases.TableName, leases.CreateTable));
    }

    [Theory]
    [InlineData("Console", typeof(ConsoleBatchProcessor))]
    [InlineData("Http", typeof(HttpBatchProcessor))]
    public async Task Environment_alone_configures_either_handler(string type, Type processor)
    {
        // Upper case, as some systems insist on; the prefix keeps other tests out of it.
        var prefix = $"SWTEST{type.ToUpperInvariant()}_";
        var variables = new Dictionary<string, string>
        {
            ["STREAMWORKER__LEASEDURATION"] = "00:00:09",
            ["STREAMWORKER__CONSUMERS__orders__TABLENAME"] = "Orders",
            ["STREAMWORKER__CONSUMERS__orders__FUNCTIONRESPONSETYPES__0"] = "ReportBatchItemFailures",
            ["STREAMWORKER__CONSUMERS__orders__HANDLER__TYPE"] = type,
            [$"STREAMWORKER__CONSUMERS__orders__HANDLER__{(type == "Http" ? "URL" : "FORMAT")}"] = type == "Http" ? "http://localhost:9000/" : "Text",
        };
        foreach (var (key, value) in variables)
            Environment.SetEnvironmentVariable(prefix + key, value);
        var builder = Hosts.New();
        builder.Configuration.AddEnvironmentVariables(prefix);
        builder.AddConfiguredStreamWorker();
        await using var app = builder.Build();

        Assert.Equal("Orders", app.ConsumerOptions("orders").TableName);
        Assert.Equal(TimeSpan.FromSeconds(9), app.Services.GetRequiredService<IOptions<StreamWorkerOptions>>().Value.LeaseDuration);
        Assert.IsType(processor, app.Services.GetRequiredKeyedService<IBatchProcessor>("orders"));
    }

    [Fact]
    public async Task Configuration_wins_over_code_and_may_name_another_kind_of_source()
    {
        const string stream = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T08:15:30.123";
        var builder = Hosts.New(("StreamWorker:Consumers:search:StreamArn", stream), ("StreamWorker:Consumers:search:BatchSize", "7"));
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer
            .FromTable("Orders")
            .Configure(options => (options.BatchSize, options.RetryDelay) = (9, TimeSpan.FromSeconds(4)))
            .Handle((_, _, _) => ValueTask.CompletedTask)));
        await using var app = builder.Build();

        var options = app.ConsumerOptions("search");

        Assert.Equal((null, stream, 7, TimeSpan.FromSeconds(4)), (options.TableName, options.StreamArn, options.BatchSize, options.RetryDelay));
    }

    [Fact]
    public void Section_of_a_consumer_that_code_does_not_add_is_a_fault()
    {
        var builder = Hosts.New(("StreamWorker:Consumers:serach:BatchSize", "7"));
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders").Handle((_, _, _) => ValueTask.CompletedTask)));

        Assert.Equal(["StreamWorker:Consumers:serach = '7': is not a setting; did you mean search?"], Hosts.FaultsOf(builder));
    }

    [Fact]
    public void Handler_section_of_a_consumer_with_code_is_a_fault()
    {
        var builder = Hosts.New(("StreamWorker:Consumers:search:Handler:Type", "Console"), ("StreamWorker:Consumers:search:FunctionResponseTypes:0", "ReportBatchItemFailures"));
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders").Handle((_, _, _) => ValueTask.CompletedTask)));

        Assert.Equal(["StreamWorker:Consumers:search:Handler:Type = 'Console': does not apply: this consumer's handler is code."], Hosts.FaultsOf(builder));
    }

    [Fact]
    public void Second_call_is_refused()
    {
        var builder = Hosts.New();
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders").Handle((_, _, _) => ValueTask.CompletedTask)));

        var error = Assert.Throws<InvalidOperationException>(() => builder.AddStreamWorker(worker => { }));

        Assert.Equal("AddStreamWorker was called before: add all consumers in one call.", error.Message);
    }
}
