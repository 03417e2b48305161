using System.Buffers;
using System.Text;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Batches;

public sealed class BatchResponseTests
{
    private static BatchResult Read(string answer) => BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out _);

    private static int CountFinished(string answer)
    {
        using var batch = Records.Page(
            """{"dynamodb":{"SequenceNumber":"999999999999999999998"}}""",
            """{"dynamodb":{"SequenceNumber":"999999999999999999999"}}""",
            """{"dynamodb":{"SequenceNumber":"1000000000000000000000"}}""",
            """{"dynamodb":{"SequenceNumber":"1000000000000000000001"}}""");
        return Read(answer).CountFinished(batch.Records);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData(" [ ] ")]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"batchItemFailures":null}""")]
    [InlineData("""{"statusCode":200,"body":{"batchItemFailures":[{"itemIdentifier":"999999999999999999998"}]}}""")]
    public void B2_answer_without_failures_is_success(string answer)
    {
        Assert.Equal(BatchOutcome.Succeeded, Read(answer).Outcome);
        Assert.Equal(4, CountFinished(answer));
    }

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":123}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":999999999999999999999}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":["999999999999999999999"]}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"\ud800"}]}""")]
    [InlineData("""{"batchItemFailures":[{"foo":123}]}""")]
    [InlineData("""{"batchItemFailures":[{"foo":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"ItemIdentifier":"999999999999999999999"}]}""")]
    [InlineData("""{"batchItemFailures":[{}]}""")]
    [InlineData("""{"batchItemFailures":["999999999999999999999"]}""")]
    [InlineData("""{"batchItemFailures":[null]}""")]
    [InlineData("""{"batchItemFailures":[[]]}""")]
    public void B3_entry_without_identifier_that_is_text_fails_the_whole_batch(string answer)
    {
        Assert.NotEqual(BatchOutcome.Succeeded, Read(answer).Outcome);
        Assert.Equal(0, CountFinished(answer));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("999999999999999999997")]
    [InlineData("eventID")]
    public void B4_identifier_that_is_not_in_the_batch_fails_the_whole_batch(string identifier) =>
        Assert.Equal(0, CountFinished($$"""{"batchItemFailures":[{"itemIdentifier":"{{identifier}}"}]}"""));

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"1000000000000000000001"},{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"unknown"},{"itemIdentifier":"1000000000000000000001"}]}""")]
    public void B5_valid_and_invalid_entries_together_fail_the_whole_batch(string answer) => Assert.Equal(0, CountFinished(answer));

    [Theory]
    [InlineData("OK")]
    [InlineData("{")]
    [InlineData("""{"batchItemFailures":[]""")]
    [InlineData("""{"batchItemFailures":[]} trailing""")]
    [InlineData("""{"batchItemFailures":[]}{"batchItemFailures":[]}""")]
    [InlineData("\"text\"")]
    [InlineData("true")]
    [InlineData("12")]
    [InlineData("""{"batchItemFailures":{}}""")]
    [InlineData("""{"batchItemFailures":"999999999999999999999"}""")]
    [InlineData("""{"batchItemFailures":true}""")]
    public void B6_answer_that_is_no_response_fails_the_whole_batch_and_says_why(string answer)
    {
        var result = Read(answer);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.NotNull(result.Error);
        Assert.Equal(0, CountFinished(answer));
    }

    [Theory]
    [InlineData("""[{"itemIdentifier":"999999999999999999999"}]""")]
    [InlineData("""["999999999999999999999"]""")]
    [InlineData("[null]")]
    [InlineData("[[]]")]
    public void B6_list_of_failures_without_its_object_fails_the_whole_batch(string answer)
    {
        Assert.Equal(BatchOutcome.Failed, Read(answer).Outcome);
        Assert.Equal(0, CountFinished(answer));
    }

    [Theory]
    [InlineData("999999999999999999998", 0)]
    [InlineData("999999999999999999999", 1)]
    [InlineData("1000000000000000000000", 2)]
    [InlineData("1000000000000000000001", 3)]
    public void B7_everything_before_the_failed_record_is_finished(string identifier, int finished) =>
        Assert.Equal(finished, CountFinished($$"""{"batchItemFailures":[{"itemIdentifier":"{{identifier}}"}]}"""));

    [Theory]
    [InlineData("1000000000000000000000", "999999999999999999999", 1)]
    [InlineData("999999999999999999999", "1000000000000000000000", 1)]
    [InlineData("1000000000000000000001", "1000000000000000000000", 2)]
    [InlineData("1000000000000000000000", "1000000000000000000000", 2)]
    public void B7_S58_lowest_number_counts_whatever_its_length_and_place(string first, string second, int finished) =>
        Assert.Equal(finished, CountFinished($$"""{"batchItemFailures":[{"itemIdentifier":"{{first}}"},{"itemIdentifier":"{{second}}"}]}"""));

    [Fact]
    public void B7_failures_are_named_as_they_came()
    {
        var result = Read("""{"batchItemFailures":[{"itemIdentifier":"2","x":{"itemIdentifier":"9"}},{"x":[1],"itemIdentifier":"1"}]}""");

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(["2", "1"], result.Failures.Select(failure => failure.ItemIdentifier));
        Assert.Null(result.Error);
    }

    [Theory]
    [InlineData("BatchItemFailures")]
    [InlineData("batchitemfailures")]
    [InlineData("batch_item_failures")]
    [InlineData("BATCH_ITEM_FAILURES")]
    public void B14_member_that_is_almost_right_is_success_and_is_told(string name)
    {
        var answer = $$"""{"{{name}}":[{"ItemIdentifier":"999999999999999999999"}]}""";

        Assert.Equal(BatchOutcome.Succeeded, BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out var nearMiss).Outcome);
        Assert.Equal(name, nearMiss);
    }

    [Theory]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"failures":[]}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("")]
    public void B14_other_answers_are_no_near_miss(string answer)
    {
        BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out var nearMiss);

        Assert.Null(nearMiss);
    }

    [Fact]
    public void Bytes_that_are_no_text_fail_the_whole_batch() =>
        Assert.Equal(BatchOutcome.Failed, BatchResponse.Read([0xff, 0xfe, 0x00], out _).Outcome);

    [Fact]
    public void B2_B3_written_answer_names_the_failures_and_is_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        BatchResponse.Write(output, [new BatchItemFailure("300000000000000499659"), new BatchItemFailure(null, new IOException())]);

        Assert.Equal("""{"batchItemFailures":[{"itemIdentifier":"300000000000000499659"},{"itemIdentifier":null}]}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(["300000000000000499659", null], BatchResponse.Read(output.WrittenSpan, out _).Failures.Select(failure => failure.ItemIdentifier));
    }

    [Fact]
    public void B2_written_answer_without_failures_is_an_empty_list()
    {
        var output = new ArrayBufferWriter<byte>();
        BatchResponse.Write(output, []);

        Assert.Equal("""{"batchItemFailures":[]}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
