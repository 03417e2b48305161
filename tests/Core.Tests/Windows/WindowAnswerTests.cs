using System.Buffers;
using System.Text;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Windows;

public sealed class WindowAnswerTests
{
    private static readonly BatchWindow s_window = new() { Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch.AddMinutes(1) };
    private static readonly BatchWindow s_final = s_window.With("{}"u8.ToArray(), isFinal: true);

    [Theory]
    [InlineData("""{"state":{"n":1}}""", """{"n":1}""")]
    [InlineData("""{"batchItemFailures":[],"state":{}}""", "{}")]
    [InlineData(""" { "state" : { "a" : [ {"b":"}"} , null ] } , "batchItemFailures" : null } """, """{ "a" : [ {"b":"}"} , null ] }""")]
    [InlineData("""{"st\u0061te":{"n":2}}""", """{"n":2}""")]
    [InlineData("""{"state":{"n":1},"state":{"n":2}}""", """{"n":2}""")]
    public void T3_state_of_an_answer_is_read_byte_by_byte(string answer, string state)
    {
        var result = BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out _);

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.Equal(state, Text(result.State));
        Assert.Same(result, result.ForWindow(s_window));
    }

    [Fact]
    public void T3_state_goes_together_with_failures()
    {
        var result = BatchResponse.Read("""{"state":{"n":1},"batchItemFailures":[{"itemIdentifier":"7"}]}"""u8, out _);

        Assert.Equal((BatchOutcome.PartlyFailed, "7", """{"n":1}"""), (result.Outcome, Assert.Single(result.Failures).ItemIdentifier, Text(result.State)));
        Assert.Same(result, result.ForWindow(s_window));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"7"}]}""")]
    [InlineData("""{"State":{}}""")]
    [InlineData("""{"state":null}""")]
    [InlineData("""{"state":"{}"}""")]
    [InlineData("""{"state":[]}""")]
    [InlineData("""{"state":{},"state":1}""")]
    public void T3_answer_without_state_is_a_failure_of_the_whole_batch(string answer)
    {
        var result = BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out _).ForWindow(s_window);

        Assert.Equal((BatchOutcome.Failed, false), (result.Outcome, result.State.HasValue));
        Assert.Contains("1970-01-01 00:00:00Z to 1970-01-01 00:01:00Z", result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("gave no state", result.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"state":{"n":1}}""")]
    public void T6_final_call_needs_no_state_and_what_it_gives_is_dropped(string answer)
    {
        var result = BatchResponse.Read(Encoding.UTF8.GetBytes(answer), out _).ForWindow(s_final);

        Assert.Equal((BatchOutcome.Succeeded, false), (result.Outcome, result.State.HasValue));
    }

    [Fact]
    public void T6_final_call_that_failed_in_part_is_called_again_with_its_state_and_fails_as_a_whole_without()
    {
        var with = BatchResponse.Read("""{"state":{"n":1},"batchItemFailures":[{"itemIdentifier":"7"}]}"""u8, out _).ForWindow(s_final);
        var without = BatchResponse.Read("""{"batchItemFailures":[{"itemIdentifier":"7"}]}"""u8, out _).ForWindow(s_final);

        Assert.Equal((BatchOutcome.PartlyFailed, """{"n":1}"""), (with.Outcome, Text(with.State)));
        Assert.Equal(BatchOutcome.Failed, without.Outcome);
    }

    [Fact]
    public void Failed_batch_has_no_state_and_its_error_stays()
    {
        var error = new IOException();
        var failed = BatchResult.Failed(error).WithState("{}"u8.ToArray());

        Assert.Null(failed.State);
        Assert.Same(failed, failed.ForWindow(s_window));
        Assert.Equal(BatchOutcome.NotInvoked, BatchResult.NotInvoked(error).ForWindow(s_window).Outcome);
    }

    [Fact]
    public void T5_state_above_the_limit_is_no_fault_of_the_answer()
    {
        var answer = Encoding.UTF8.GetBytes($$$"""{"state":{"a":"{{{new string('x', BatchWindow.MaximumStateLength)}}}"}}""");

        var result = BatchResponse.Read(answer, out _).ForWindow(s_window);

        Assert.Equal((BatchOutcome.Succeeded, true), (result.Outcome, result.State!.Value.Length > BatchWindow.MaximumStateLength));
    }

    [Fact]
    public void T3_answer_is_written_with_state_and_failures_and_read_back()
    {
        var output = new ArrayBufferWriter<byte>();

        BatchResponse.Write(output, [new BatchItemFailure("7")], """{"n":1}"""u8);

        Assert.Equal("""{"state":{"n":1},"batchItemFailures":[{"itemIdentifier":"7"}]}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal("""{"n":1}""", Text(BatchResponse.Read(output.WrittenSpan, out _).State));
    }

    private static string Text(ReadOnlyMemory<byte>? state) => Encoding.UTF8.GetString(state!.Value.Span);
}
