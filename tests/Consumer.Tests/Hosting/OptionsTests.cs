using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StreamWorker.Consumer.Tests;

public sealed class OptionsTests
{
    private const string Arn = "arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/2026-01-31T12:00:00.000";

    public static TheoryData<string, object?, string> ConsumerFaults => new()
    {
        { "BatchSize", 0, "StreamWorker:Consumers:search:BatchSize = '0': must be between 1 and 10000." },
        { "BatchSize", 10_001, "StreamWorker:Consumers:search:BatchSize = '10001': must be between 1 and 10000." },
        { "RetryDelay", TimeSpan.FromMilliseconds(9), "StreamWorker:Consumers:search:RetryDelay = '00:00:00.0090000': must be between 00:00:00.0100000 and 01:00:00." },
        { "MaximumRetryDelay", TimeSpan.FromHours(2), "StreamWorker:Consumers:search:MaximumRetryDelay = '02:00:00': must be between 00:00:00.0100000 and 01:00:00." },
        { "MaximumRetryDelay", TimeSpan.FromMilliseconds(499), "StreamWorker:Consumers:search:MaximumRetryDelay = '00:00:00.4990000': must not be less than RetryDelay (00:00:00.5000000)." },
        { "StartingPosition", (StartingPosition)7, "StreamWorker:Consumers:search:StartingPosition = '7': must be TRIM_HORIZON or LATEST." },
        { "TableName", "ab", "StreamWorker:Consumers:search:TableName = 'ab': must have 3 to 255 characters: letters, digits, '.', '_' and '-'." },
        { "TableName", "a table", "StreamWorker:Consumers:search:TableName = 'a table': must have 3 to 255 characters: letters, digits, '.', '_' and '-'." },
        { "TableName", null, "StreamWorker:Consumers:search:TableName = (none): exactly one of TableName and StreamArn must be given (StreamArn is not given)." },
        { "StreamArn", Arn, $"StreamWorker:Consumers:search:TableName = 'Orders': exactly one of TableName and StreamArn must be given (StreamArn is '{Arn}')." },
    };

    public static TheoryData<string, object?, string> WorkerFaults => new()
    {
        { "Application", "", "StreamWorker:Application = '': must have 1 to 128 characters: letters, digits, '.', '_' and '-'." },
        { "Application", "a b", "StreamWorker:Application = 'a b': must have 1 to 128 characters: letters, digits, '.', '_' and '-'." },
        { "WorkerId", "a/b", "StreamWorker:WorkerId = 'a/b': must have 1 to 128 characters: letters, digits, '.', '_' and '-'." },
        { "LeaseDuration", TimeSpan.FromMilliseconds(999), "StreamWorker:LeaseDuration = '00:00:00.9990000': must be between 00:00:01 and 00:10:00." },
        { "LeaseDuration", TimeSpan.FromMinutes(11), "StreamWorker:LeaseDuration = '00:11:00': must be between 00:00:01 and 00:10:00." },
        { "CheckpointInterval", TimeSpan.FromSeconds(-1), "StreamWorker:CheckpointInterval = '-00:00:01': must be between 00:00:00 and 00:01:00." },
        { "CheckpointInterval", TimeSpan.FromSeconds(61), "StreamWorker:CheckpointInterval = '00:01:01': must be between 00:00:00 and 00:01:00." },
        { "DrainTimeout", TimeSpan.FromMinutes(16), "StreamWorker:DrainTimeout = '00:16:00': must be between 00:00:00 and 00:15:00." },
        { "MaximumPollInterval", TimeSpan.FromMilliseconds(249), "StreamWorker:MaximumPollInterval = '00:00:00.2490000': must be between 00:00:00.2500000 and 00:01:00." },
        { "MaximumPollInterval", TimeSpan.FromSeconds(61), "StreamWorker:MaximumPollInterval = '00:01:01': must be between 00:00:00.2500000 and 00:01:00." },
        { "StallTimeout", TimeSpan.FromSeconds(9), "StreamWorker:StallTimeout = '00:00:09': must be between 00:00:10 and 1.00:00:00." },
        { "RebalanceDelay", TimeSpan.FromMinutes(11), "StreamWorker:RebalanceDelay = '00:11:00': must be between 00:00:00 and 00:10:00." },
        { "MaximumBufferedMegabytes", 3, "StreamWorker:MaximumBufferedMegabytes = '3': must be between 4 and 65536." },
        { "MaximumConcurrentReads", 0, "StreamWorker:MaximumConcurrentReads = '0': must be between 1 and 1000." },
        { "DiscoveryInterval", TimeSpan.FromMilliseconds(999), "StreamWorker:DiscoveryInterval = '00:00:00.9990000': must be between 00:00:01 and 01:00:00." },
        { "DiscoveryInterval", TimeSpan.FromHours(2), "StreamWorker:DiscoveryInterval = '02:00:00': must be between 00:00:01 and 01:00:00." },
    };

    [Theory]
    [MemberData(nameof(ConsumerFaults))]
    public void Consumer_setting_out_of_its_range_is_named_with_key_value_and_rule(string key, object? value, string fault)
    {
        var options = new ConsumerOptions { TableName = "Orders" };
        typeof(ConsumerOptions).GetProperty(key)!.SetValue(options, value);
        Assert.Equal([fault], new ConsumerOptionsValidator().Validate("search", options).Failures);
    }

    [Theory]
    [MemberData(nameof(WorkerFaults))]
    public void Worker_setting_out_of_its_range_is_named_with_key_value_and_rule(string key, object? value, string fault)
    {
        var options = new StreamWorkerOptions { WorkerId = "worker" };
        typeof(StreamWorkerOptions).GetProperty(key)!.SetValue(options, value);
        Assert.Equal([fault], Validate(options, "search").Failures);
    }

    [Fact]
    public void Consumer_stream_that_is_no_arn_is_named_with_the_form_that_is_expected() =>
        Assert.Equal(
            ["StreamWorker:Consumers:search:StreamArn = 'Orders': must be arn:PARTITION:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL."],
            new ConsumerOptionsValidator().Validate("search", new ConsumerOptions { StreamArn = "Orders" }).Failures);

    [Fact]
    public void Settings_at_the_ends_of_their_ranges_are_fine()
    {
        Assert.True(new ConsumerOptionsValidator().Validate("search", new ConsumerOptions { StreamArn = Arn, BatchSize = 10_000, RetryDelay = TimeSpan.FromHours(1), MaximumRetryDelay = TimeSpan.FromHours(1) }).Succeeded);
        Assert.True(new ConsumerOptionsValidator().Validate("search", new ConsumerOptions { TableName = "abc", BatchSize = 1, RetryDelay = TimeSpan.FromMilliseconds(10), MaximumRetryDelay = TimeSpan.FromMilliseconds(10) }).Succeeded);
        Assert.True(Validate(new StreamWorkerOptions { LeaseDuration = TimeSpan.FromMinutes(10), CheckpointInterval = TimeSpan.Zero, DrainTimeout = TimeSpan.Zero, MaximumPollInterval = TimeSpan.FromMinutes(1) }, "a").Succeeded);
    }

    [Fact]
    public void Settings_with_several_faults_are_told_all_of_them()
    {
        var consumer = new ConsumerOptionsValidator().Validate("search", new ConsumerOptions { BatchSize = 0, RetryDelay = TimeSpan.Zero, MaximumRetryDelay = TimeSpan.FromDays(1) });
        Assert.Equal(4, consumer.Failures!.Count());
        var worker = Validate(new StreamWorkerOptions { Application = "", LeaseDuration = TimeSpan.Zero, DiscoveryInterval = TimeSpan.Zero });
        Assert.Equal(4, worker.Failures!.Count());
        Assert.Contains("StreamWorker:Consumers = (none): at least one consumer is needed, for example StreamWorker:Consumers:orders:TableName.", worker.Failures!);
    }

    [Fact]
    public void Consumer_with_a_name_that_the_lease_table_cannot_hold_is_a_fault() =>
        Assert.Contains("StreamWorker:Consumers:a b = 'a b'", Assert.Single(Validate(new StreamWorkerOptions(), "a b").Failures!), StringComparison.Ordinal);

    [Fact]
    public void Worker_without_a_name_is_called_after_its_pod_or_machine()
    {
        var services = new ServiceCollection();
        services.AddStreamWorkerConsumers(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders").Handle((_, _, _) => default)));
        Assert.NotEmpty(services.BuildServiceProvider().GetRequiredService<IOptions<StreamWorkerOptions>>().Value.WorkerId);
    }

    [Fact]
    public void Consumers_of_the_same_name_are_refused() =>
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddStreamWorkerConsumers(worker => worker
            .AddConsumer("search", consumer => consumer.Handle((_, _, _) => default))
            .AddConsumer("search", consumer => consumer.Handle((_, _, _) => default))));

    [Fact]
    public void Consumer_without_handler_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddStreamWorkerConsumers(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders"))));

    private static ValidateOptionsResult Validate(StreamWorkerOptions options, params string[] consumers) =>
        new StreamWorkerOptionsValidator(consumers.Select(name => new ConsumerRegistration(name))).Validate(null, options);
}
