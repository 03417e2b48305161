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
    [InlineData(Orders + "Retry:Delay", "1", Orders + "Retry = '1': is not a setting; known here are TableName, StreamArn, StartingPosition, OnGap, BatchSize, MaximumBatchingWindowInSeconds, ParallelizationFactor, FilterCriteria, TumblingWindowInSeconds, Enabled, FailurePolicy, MaximumRetryAttempts, MaximumRecordAgeInSeconds, BisectBatchOnFunctionError, RetryDelay, MaximumRetryDelay, DestinationConfig, OnDestinationFailure, SpillBeforeExpiry, FunctionResponseTypes, Handler.")]
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
    [InlineData("MaximumBatchingWindowInSeconds", "300", "301", "must be between 0 and 300")]
    [InlineData("ParallelizationFactor", "1000", "0", "must be between 1 and 1000")]
    [InlineData("MaximumRetryAttempts", "10000", "-2", "must be between -1 and 10000")]
    [InlineData("MaximumRecordAgeInSeconds", "60", "59", "must be -1 (no age), or between 60 and 604800")]
    [InlineData("TumblingWindowInSeconds", "900", "901", "must be between 0 and 900")]
    [InlineData("BisectBatchOnFunctionError", "true", "yes", "must be true or false")]
    [InlineData("FailurePolicy", "Isolate", "Park", "must be Lambda or Isolate")]
    [InlineData("OnDestinationFailure", "Discard", "Drop", "must be Block or Discard")]
    public void Setting_of_a_mapping_E3_to_E12_is_taken_within_Lambdas_range_only(string key, string value, string other, string rule)
    {
        Assert.Empty(Hosts.FaultsOf(Table, (Orders + key, value)));
        Assert.Equal([$"{Orders}{key} = '{other}': {rule}."], Hosts.FaultsOf(Table, (Orders + key, other)));
    }

    [Fact]
    public void Settings_that_exclude_each_other_are_faults()
    {
        Assert.Equal(
            [$"{Orders}ParallelizationFactor = '2': must be 1 with a tumbling window (TumblingWindowInSeconds is 60)."],
            Hosts.FaultsOf(Table, (Orders + "TumblingWindowInSeconds", "60"), (Orders + "ParallelizationFactor", "2")));
        Assert.Equal(
            [$"{Orders}FailurePolicy = 'Isolate': must be Lambda with a tumbling window (TumblingWindowInSeconds is 60): a window's state goes from one call to the next."],
            Hosts.FaultsOf(Table, (Orders + "TumblingWindowInSeconds", "60"), (Orders + "FailurePolicy", "Isolate")));
        Assert.Equal(
            [$"{Orders}SpillBeforeExpiry = 'True': needs a failure destination (DestinationConfig:OnFailure:Destination is not given)."],
            Hosts.FaultsOf(Table, (Orders + "SpillBeforeExpiry", "true")));
    }

    [Fact]
    public void Tumbling_window_T3_needs_a_handler_of_windows_and_such_a_handler_needs_a_window()
    {
        Assert.Equal(
            [$"{Orders}TumblingWindowInSeconds = '60': must be 0: the consumer's handler gives no state back, call HandleWindow."],
            Hosts.FaultsOf(consumer => consumer.Handle((_, _, _) => default), Table, (Orders + "TumblingWindowInSeconds", "60")));
        Assert.Equal(
            [$"{Orders}TumblingWindowInSeconds = '0': must be 1 to 900: the consumer's handler is one of tumbling windows."],
            Hosts.FaultsOf(consumer => consumer.HandleWindow(TotalJson.Default.Total, (_, window, _) => new(window.State)), Table));
    }

    [Theory]
    [InlineData("FilterCriteria", "x", "FilterCriteria = 'x': must be a section, for example StreamWorker:Consumers:orders:FilterCriteria:Filters:0:Pattern.")]
    [InlineData("FilterCriteria:Filters", "x", "FilterCriteria:Filters = 'x': must be a section, for example StreamWorker:Consumers:orders:FilterCriteria:Filters:0:Pattern.")]
    [InlineData("FilterCriteria:Filter:0:Pattern", "{}", "FilterCriteria:Filter = '{}': is not a setting; did you mean Filters?")]
    [InlineData("FilterCriteria:Filters:0:Patern", "{}", "FilterCriteria:Filters:0:Patern = '{}': is not a setting; did you mean Pattern?", "FilterCriteria:Filters:0:Pattern = (none): a filter needs a pattern, written as one text: \"{\\\"eventName\\\":[\\\"INSERT\\\"]}\" in JSON.")]
    [InlineData("FilterCriteria:Filters:0:Pattern", "", "FilterCriteria:Filters:0:Pattern = (none): a filter needs a pattern, written as one text: \"{\\\"eventName\\\":[\\\"INSERT\\\"]}\" in JSON.")]
    [InlineData("FilterCriteria:Filters:0:Pattern", "{\"eventName\":\"INSERT\"}", "FilterCriteria:Filters:0:Pattern = '{\"eventName\":\"INSERT\"}': is no filter pattern: eventName: a list of conditions or an object is expected, and \"INSERT\" was found; write [\"INSERT\"] [F1].")]
    public void Filter_that_is_none_is_a_fault_with_its_place_E22(string key, string value, params string[] faults) =>
        Assert.Equal(faults.Select(fault => Orders + fault), Hosts.FaultsOf(Table, (Orders + key, value)));

    [Fact]
    public void Filters_in_configuration_replace_those_in_code_in_their_order()
    {
        var builder = Hosts.New([Table, .. Enumerable.Range(0, 10).Select(i => ($"{Orders}FilterCriteria:Filters:{9 - i}:Pattern", (string?)$$"""{"eventID":["{{9 - i}}"]}"""))]);
        builder.AddStreamWorker(worker => worker.AddConsumer("orders", consumer => consumer
            .Configure(options => options.FilterCriteria.Filters.Add(new("""{"eventName":["INSERT"]}""")))
            .Handle((_, _, _) => default)));
        using var app = (IDisposable)builder.Build();

        var filters = ((WebApplication)app).Services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get("orders").FilterCriteria.Filters;
        Assert.Equal(Enumerable.Range(0, 10).Select(i => new FilterCriterion($$"""{"eventID":["{{i}}"]}""")), filters);
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
                "MaximumBufferedMegabytes": 32, "MaximumConcurrentReads": 16, "AllowOperations": true,
                "Consumers": { "search": {
                    "TableName": "Orders",
                    "StartingPosition": "LATEST", "OnGap": "Stop", "BatchSize": 250, "MaximumBatchingWindowInSeconds": 5,
                    "ParallelizationFactor": 20, "MaximumRetryAttempts": 3, "MaximumRecordAgeInSeconds": 3600,
                    "BisectBatchOnFunctionError": true, "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "FilterCriteria": { "Filters": [] }, "DestinationConfig": null,
                    "TumblingWindowInSeconds": 0, "Enabled": true, "FailurePolicy": "Isolate", "OnDestinationFailure": "Discard",
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
                AllowOperations = true,
            },
            app.Services.GetRequiredService<IOptions<StreamWorkerOptions>>().Value);
        Assert.Equivalent(
            new ConsumerOptions
            {
                TableName = "Orders",
                StartingPosition = StartingPosition.Latest,
                OnGap = GapPolicy.Stop,
                BatchSize = 250,
                MaximumBatchingWindowInSeconds = 5,
                ParallelizationFactor = 20,
                MaximumRetryAttempts = 3,
                MaximumRecordAgeInSeconds = 3600,
                BisectBatchOnFunctionError = true,
                FailurePolicy = FailurePolicy.Isolate,
                OnDestinationFailure = DestinationFailurePolicy.Discard,
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
