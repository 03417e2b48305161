using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Batches;

public sealed class BatchResultTests
{
    private static readonly StreamRecord[] s_batch = [Records.Numbered("8"), Records.Numbered("9"), Records.Numbered("10"), Records.Numbered("11")];

    [Fact]
    public void Success_finishes_every_record() => Assert.Equal(4, BatchResult.Succeeded.CountFinished(s_batch));

    [Fact]
    public void Failure_of_the_whole_batch_finishes_none()
    {
        var error = new IOException();

        Assert.Equal(0, BatchResult.Failed(error).CountFinished(s_batch));
        Assert.Equal(0, BatchResult.NotInvoked(error).CountFinished(s_batch));
        Assert.Equal((BatchOutcome.Failed, error), (BatchResult.Failed(error).Outcome, BatchResult.Failed(error).Error));
        Assert.Equal((BatchOutcome.NotInvoked, error), (BatchResult.NotInvoked(error).Outcome, BatchResult.NotInvoked(error).Error));
    }

    [Fact]
    public void B2_no_failures_are_success() => Assert.Same(BatchResult.Succeeded, BatchResult.PartlyFailed([]));

    [Theory]
    [InlineData(1, "9")]
    [InlineData(1, "10", "9", "11")]
    [InlineData(2, "10", "11")]
    [InlineData(0, "8")]
    [InlineData(0, "11", null)]
    [InlineData(0, "11", "12")]
    [InlineData(0, "11", "x")]
    [InlineData(2, "0000000010")]
    public void B4_B5_B7_records_before_the_lowest_failure_are_finished(int finished, params string?[] identifiers) =>
        Assert.Equal(finished, BatchResult.PartlyFailed([.. identifiers.Select(identifier => new BatchItemFailure(identifier))]).CountFinished(s_batch));

    [Fact]
    public void Record_without_number_in_the_batch_does_not_hide_the_failure_of_another()
    {
        StreamRecord[] batch = [s_batch[0], Records.Record("{}"), s_batch[2]];

        Assert.Equal(2, BatchResult.PartlyFailed([new BatchItemFailure("10")]).CountFinished(batch));
    }

    [Fact]
    public void First_known_error_is_that_of_the_batch()
    {
        var error = new IOException();

        Assert.Same(error, BatchResult.PartlyFailed([new BatchItemFailure("9"), new BatchItemFailure("10", error)]).Error);
        Assert.Null(BatchResult.PartlyFailed([new BatchItemFailure("9")]).Error);
    }

    [Fact]
    public void Failure_of_a_record_names_it_as_it_was_received()
    {
        var error = new IOException();

        Assert.Equal(new BatchItemFailure("000000000000000000007", error), BatchItemFailure.Of(Records.Numbered("000000000000000000007"), error));
    }
}
