using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Failures;
using StreamWorker.Contracts;

namespace StreamWorker.Consumer.Tests.Failures;

/// <summary>E10: what names a failure destination, and what is refused at start.</summary>
public sealed class DestinationSettingsTests
{
    private const string Key = "StreamWorker:Consumers:search:DestinationConfig:OnFailure:Destination";
    private const string Forms =
        "must be the ARN of a standard SQS queue, a standard SNS topic, an S3 bucket or a DynamoDB table (arn:aws:dynamodb:REGION:ACCOUNT:table/NAME), or a folder (folder:PATH or file:///PATH)";

    [Theory]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:given-up", FailureDestinationKind.Queue, "given-up", "eu-central-1", "123456789012", "aws")]
    [InlineData("arn:aws-cn:sns:cn-north-1:123456789012:given-up", FailureDestinationKind.Topic, "given-up", "cn-north-1", "123456789012", "aws-cn")]
    [InlineData("arn:aws:s3:::given.up-1", FailureDestinationKind.Bucket, "given.up-1", "", "", "aws")]
    [InlineData("arn:aws:dynamodb:ddblocal:000000000000:table/Given.Up_1", FailureDestinationKind.Table, "Given.Up_1", "ddblocal", "000000000000", "aws")]
    [InlineData("folder:given-up", FailureDestinationKind.Folder, "given-up", "", "", "")]
    [InlineData("folder:/var/lib/given up", FailureDestinationKind.Folder, "/var/lib/given up", "", "", "")]
    [InlineData("file:///var/lib/given%20up", FailureDestinationKind.Folder, "/var/lib/given up", "", "", "")]
    public void Address_says_what_it_names(string text, FailureDestinationKind kind, string name, string region, string account, string partition)
    {
        var address = FailureDestinationAddress.Parse(text);

        Assert.Equal((kind, name, region, account, partition, text), (address.Kind, address.Name, address.Region, address.Account, address.Partition, address.ToString()));
        Assert.Equal(kind != FailureDestinationKind.Topic, address.CanBeRead);
        Assert.Empty(Faults(text));
    }

    [Theory]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:given-up.fifo", "must not be a FIFO queue: only standard ones are taken")]
    [InlineData("arn:aws:sns:eu-central-1:123456789012:given-up.fifo", "must not be a FIFO topic: only standard ones are taken")]
    [InlineData("kafka://given-up", Forms + "; a Kafka topic cannot take the records of a DynamoDB stream")]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:function:given-up", Forms)]
    [InlineData("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000", Forms)]
    [InlineData("arn:aws:s3:::bucket/prefix", Forms)]
    [InlineData("arn:aws:s3:eu-central-1:123456789012:bucket", Forms)]
    [InlineData("arn:aws:sns:eu-central-1:123456789012:topic:0a1b2c3d", Forms)]
    [InlineData("arn:aws:sqs::123456789012:given-up", Forms)]
    [InlineData("arn:aws:sqs:eu-central-1::given-up", Forms)]
    [InlineData("https://sqs.eu-central-1.amazonaws.com/123456789012/given-up", Forms)]
    [InlineData("given-up", Forms)]
    [InlineData("folder:", "must name a folder: folder:PATH or file:///PATH")]
    [InlineData("file://server/share", "must be a folder of this machine: file:///PATH")]
    public void Anything_else_is_refused_with_key_value_and_rule(string text, string rule) => Assert.Equal([$"{Key} = '{text}': {rule}."], Faults(text));

    [Fact]
    public void Arn_of_more_than_350_characters_is_refused()
    {
        var arn = $"arn:aws:dynamodb:eu-central-1:123456789012:table/{new string('t', 302)}";

        Assert.Equal([$"{Key} = '{arn}': must have at most 350 characters."], Faults(arn));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Empty_means_none(string? text) => Assert.Empty(Faults(text));

    [Fact]
    public void Table_that_is_consumed_cannot_take_what_is_given_up() => Assert.Equal(
        [$"{Key} = 'arn:aws:dynamodb:eu-central-1:123456789012:table/Orders': must be another table than the one that is consumed: what is written to it would come back."],
        Faults("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders"));

    [Fact]
    public void SpillBeforeExpiry_needs_a_destination()
    {
        var options = new ConsumerOptions { TableName = "Orders", SpillBeforeExpiry = true };
        Assert.Equal(
            ["StreamWorker:Consumers:search:SpillBeforeExpiry = 'True': needs a failure destination (DestinationConfig:OnFailure:Destination is not given)."],
            new ConsumerOptionsValidator().Validate("search", options).Failures);

        options.OnFailureDestination = "folder:given-up";
        Assert.True(new ConsumerOptionsValidator().Validate("search", options).Succeeded);
    }

    [Fact]
    public void OnDestinationFailure_needs_none() => Assert.True(
        new ConsumerOptionsValidator().Validate("search", new ConsumerOptions { TableName = "Orders", OnDestinationFailure = DestinationFailurePolicy.Discard }).Succeeded);

    [Fact]
    public void Consumer_without_destination_has_no_service() => Assert.Null(Build(_ => { }).GetKeyedService<IFailureDestination>("search"));

    [Fact]
    public void Consumer_gets_the_destination_that_its_address_names()
    {
        var services = Build(consumer => consumer.OnFailure("arn:aws:sqs:eu-central-1:123456789012:given-up"));

        var destination = services.GetKeyedService<IFailureDestination>("search");

        Assert.Same(services.GetRequiredService<Factory>().Destination, destination);
        Assert.Equal("arn:aws:sqs:eu-central-1:123456789012:given-up", services.GetRequiredService<Factory>().Opened?.Value);
        Assert.Same(destination, services.GetKeyedService<IFailureDestination>("search"));
    }

    [Fact]
    public void Destination_in_code_is_used_and_makes_SpillBeforeExpiry_valid()
    {
        var memory = new InMemoryFailureDestination();
        var services = Build(consumer => consumer.OnFailure("folder:first").OnFailure(_ => memory).Configure(options => options.SpillBeforeExpiry = true));

        Assert.Same(memory, services.GetKeyedService<IFailureDestination>("search"));
    }

    [Fact]
    public void Address_of_the_configuration_wins_over_code()
    {
        var services = Build(consumer => consumer.OnFailure(_ => new InMemoryFailureDestination()).Configure(options => options.OnFailureDestination = "folder:given-up"));

        Assert.Same(services.GetRequiredService<Factory>().Destination, services.GetKeyedService<IFailureDestination>("search"));
    }

    [Fact]
    public async Task Destination_that_cannot_be_reached_at_start_is_a_warning()
    {
        var logs = new FakeLogger<FailureDestinationCheck>();
        var services = Build(consumer => consumer.OnFailure("arn:aws:sqs:eu-central-1:123456789012:given-up"));
        services.GetRequiredService<Factory>().Destination.Fault = new IOException("no such queue");

        await Check(services, logs).CheckAsync(TestContext.Current.CancellationToken);

        var log = Assert.Single(logs.Collector.GetSnapshot());
        Assert.Equal((LogLevel.Warning, 4069), (log.Level, log.Id.Id));
        Assert.StartsWith("search: the failure destination arn:aws:sqs:eu-central-1:123456789012:given-up cannot be reached.", log.Message);
        Assert.EndsWith("no such queue", log.Message);
    }

    [Fact]
    public async Task Destination_that_can_be_reached_is_not_worth_a_word()
    {
        var logs = new FakeLogger<FailureDestinationCheck>();

        await Check(Build(consumer => consumer.OnFailure("arn:aws:sqs:eu-central-1:123456789012:given-up")), logs).CheckAsync(TestContext.Current.CancellationToken);
        await Check(Build(_ => { }), logs).CheckAsync(TestContext.Current.CancellationToken);
        await Check(Build(consumer => consumer.OnFailure(_ => new InMemoryFailureDestination { IsDown = true })), logs).CheckAsync(TestContext.Current.CancellationToken);

        Assert.Empty(logs.Collector.GetSnapshot());
    }

    private static IEnumerable<string> Faults(string? destination) =>
        new ConsumerOptionsValidator().Validate("search", new ConsumerOptions { TableName = "Orders", OnFailureDestination = destination }).Failures ?? [];

    private static FailureDestinationCheck Check(ServiceProvider services, ILogger<FailureDestinationCheck> logs) =>
        new(services, services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>(), TimeProvider.System, logs);

    private static ServiceProvider Build(Action<ConsumerBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<Factory>();
        services.AddSingleton<IFailureDestinationFactory>(provider => provider.GetRequiredService<Factory>());
        services.AddStreamWorkerConsumers(worker => worker.AddConsumer("search", consumer =>
        {
            consumer.FromTable("Orders").Handle((_, _, _) => default);
            configure(consumer);
        }));
        return services.BuildServiceProvider();
    }

    private sealed class Factory : IFailureDestinationFactory
    {
        public Checked Destination { get; } = new();

        public FailureDestinationAddress? Opened { get; private set; }

        public IFailureDestination OpenDestination(FailureDestinationAddress address)
        {
            Opened = address;
            return Destination;
        }

        public IFailureArchive? OpenArchive(FailureDestinationAddress address) => null;
    }

    private sealed class Checked : IFailureDestination, IFailureDestinationCheck
    {
        public Exception? Fault { get; set; }

        public ValueTask CheckAsync(CancellationToken cancellationToken) => Fault is null ? default : throw Fault;

        public ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken) => throw new InvalidOperationException($"Nothing is given up here: {GivenUp.Shard}");
    }
}
