using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Contracts;

namespace StreamWorker.Testing.Tests.Harness;

/// <summary>Whatever destination a consumer's settings name, in the harness it is in memory and a test can look at it.</summary>
public sealed class GivenUpTests
{
    [Theory]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:given-up")]
    [InlineData("arn:aws:s3:::given-up")]
    [InlineData("folder:given-up")]
    public async Task Destination_of_the_consumer_is_the_harnesss(string address)
    {
        await using var harness = StreamHarness.Create(consumer => Orders.Nothing(consumer.OnFailure(address)));

        await DestinationOf(harness)!.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Orders.Cancellation);

        var batch = Assert.Single(harness.GivenUp);
        Assert.Equal((SequenceNumber.Parse("7"), DiscardCondition.RetryAttemptsExhausted, "IOException: no"), (batch.Records[0].SequenceNumber, batch.Condition, batch.Error));
        Assert.Same(batch, Assert.Single(harness.FailureDestination.Batches));
    }

    [Fact]
    public async Task R3_record_that_fails_as_often_as_it_may_is_given_up_and_the_next_one_is_handled()
    {
        await using var harness = StreamHarness.Create(consumer => Orders.Failing("o-1")(consumer
            .OnFailure("arn:aws:s3:::given-up")
            .Configure(options => (options.BatchSize, options.MaximumRetryAttempts) = (1, 1))));
        var poison = harness.PutOrder("o-1");
        harness.PutOrder("o-2");

        await harness.SettleAsync(Orders.Cancellation);

        var batch = Assert.Single(harness.GivenUp);
        // A class or function that handles records one by one names the one that failed: no function error.
        Assert.Equal((poison.SequenceNumber, 2, false), (Assert.Single(batch.Records).SequenceNumber, batch.ApproximateInvokeCount, batch.IsFunctionError));
        Assert.Contains("No index for o-1.", batch.Error, StringComparison.Ordinal);
        Assert.Equal(["o-2"], harness.Handled.Ids());
    }

    [Fact]
    public async Task Destination_outlives_the_worker()
    {
        await using var harness = StreamHarness.Create(consumer => Orders.Nothing(consumer.OnFailure("folder:given-up")));
        await DestinationOf(harness)!.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Orders.Cancellation);
        await harness.StartAsync(Orders.Cancellation);
        harness.KillWorker();
        await harness.StartAsync(Orders.Cancellation);

        await DestinationOf(harness)!.DeliverAsync(GivenUp.Batch([GivenUp.Record(8)]), Orders.Cancellation);

        Assert.Equal(2, harness.GivenUp.Count);
    }

    [Fact]
    public async Task Consumer_without_destination_has_none_here_either()
    {
        await using var harness = StreamHarness.Create(Orders.Nothing);

        Assert.Null(DestinationOf(harness));
    }

    [Fact]
    public async Task Destination_in_code_stays_what_it_is()
    {
        var memory = new InMemoryFailureDestination();
        await using var harness = StreamHarness.Create(consumer => Orders.Nothing(consumer.OnFailure(_ => memory)));

        Assert.Same(memory, DestinationOf(harness));
    }

    [Fact]
    public async Task Destination_fails_when_it_is_told_to_and_counts_its_calls()
    {
        await using var harness = StreamHarness.Create(consumer => Orders.Nothing(consumer.OnFailure("folder:given-up")));
        var destination = DestinationOf(harness)!;
        harness.FailureDestination.FailNext(2);
        harness.FailureDestination.FailNext(1, () => new TimeoutException("too slow"));

        await Assert.ThrowsAsync<IOException>(DeliverAsync);
        await Assert.ThrowsAsync<IOException>(DeliverAsync);
        await Assert.ThrowsAsync<TimeoutException>(DeliverAsync);
        Assert.Empty(harness.GivenUp);
        await DeliverAsync();
        harness.FailureDestination.IsDown = true;
        await Assert.ThrowsAsync<IOException>(DeliverAsync);

        Assert.Equal((5, 1), (harness.FailureDestination.Calls, harness.FailureDestination.Records.Count));

        async Task DeliverAsync() => await destination.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Orders.Cancellation);
    }

    private static IFailureDestination? DestinationOf(StreamHarness harness) => harness.Services.GetKeyedService<IFailureDestination>("consumer");
}
