using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamWorker.Consumer.Failures;
using StreamWorker.Contracts;

namespace StreamWorker.Consumer.Tests.Failures;

/// <summary>The bodies that Lambda's mapping sends, member by member and in its order.</summary>
public sealed class FailureBodyTests
{
    [Fact]
    public void D1_D2_V1_message_after_a_thrown_error_has_the_recorded_members_in_the_recorded_order() => Assert.Equal(
        """
        {"requestContext":{"requestId":"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9","functionArn":"streamworker:shop:search","condition":"RetryAttemptsExhausted","approximateInvokeCount":4},
        "responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},
        "version":"1.0","timestamp":"2026-01-31T12:34:56.789Z",
        "DDBStreamBatchInfo":{"shardId":"shardId-00000001769847330123-fb9ebbab","startSequenceNumber":"000000000000000000007","endSequenceNumber":"000000000000000000009",
        "approximateArrivalOfFirstRecord":"2026-01-31T12:20:00Z","approximateArrivalOfLastRecord":"2026-01-31T12:20:01Z","batchSize":2,
        "streamArn":"arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000"}}
        """.ReplaceLineEndings(""),
        Message(GivenUp.Batch([GivenUp.Record(7), GivenUp.Record(9, created: 1769862001)])));

    [Fact]
    public void D3_V2_functionError_is_null_and_present_after_a_partial_response()
    {
        using var json = JsonDocument.Parse(Message(GivenUp.Batch([GivenUp.Record(7)], isFunctionError: false)));

        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("responseContext").GetProperty("functionError").ValueKind);
        Assert.Equal(4, json.RootElement.GetProperty("requestContext").GetProperty("approximateInvokeCount").GetInt32());
    }

    [Fact]
    public void D4_V8_age_has_no_responseContext_at_all()
    {
        using var json = JsonDocument.Parse(Message(GivenUp.Batch([GivenUp.Record(7)], DiscardCondition.RecordAgeExceeded)));

        Assert.Equal(["requestContext", "version", "timestamp", "DDBStreamBatchInfo"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("RecordAgeExceeded", json.RootElement.GetProperty("requestContext").GetProperty("condition").GetString());
    }

    [Fact]
    public void D6_V9_batch_info_is_about_the_records_that_were_given_up()
    {
        using var json = JsonDocument.Parse(Message(GivenUp.Batch([GivenUp.Record(9)], DiscardCondition.RecordAgeExceeded)));

        var info = json.RootElement.GetProperty("DDBStreamBatchInfo");
        Assert.Equal(1, info.GetProperty("batchSize").GetInt32());
        Assert.Equal(info.GetProperty("startSequenceNumber").GetString(), info.GetProperty("endSequenceNumber").GetString());
    }

    [Fact]
    public void D9_object_is_the_message_with_the_event_as_text_behind_it()
    {
        var batch = GivenUp.Batch([GivenUp.Record(7), GivenUp.Record(9)]);

        var text = Object(batch);

        var message = Message(batch);
        Assert.StartsWith($"{message[..^1]},\"payload\":\"{{\\\"Records\\\":[", text);
        using var json = JsonDocument.Parse(text);
        using var payload = JsonDocument.Parse(json.RootElement.GetProperty("payload").GetString()!);
        Assert.Equal(
            ["eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN"],
            payload.RootElement.GetProperty("Records")[1].EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void D10_key_has_the_consumer_the_shard_the_day_and_the_second_of_the_timestamp() => Assert.Equal(
        "aws/lambda/search/shardId-00000001769847330123-fb9ebbab/2026/01/31/2026-01-31T12.34.56-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        FailureBody.ObjectKeyOf(GivenUp.Batch([GivenUp.Record(7)])));

    [Fact]
    public void D10_times_are_in_UTC_whatever_zone_they_were_given_in()
    {
        var given = GivenUp.Batch([GivenUp.Record(7)]);
        var elsewhere = new DiscardedBatch
        {
            Consumer = given.Consumer,
            Stream = given.Stream,
            ShardId = given.ShardId,
            Records = given.Records,
            Condition = given.Condition,
            ApproximateInvokeCount = given.ApproximateInvokeCount,
            IsFunctionError = given.IsFunctionError,
            RequestId = given.RequestId,
            Timestamp = given.Timestamp.ToOffset(TimeSpan.FromHours(13)),
        };

        Assert.Equal(FailureBody.ObjectKeyOf(given), FailureBody.ObjectKeyOf(elsewhere));
        Assert.Equal(Message(given), Message(elsewhere));
    }

    [Fact]
    public void D11_error_is_no_member() => Assert.DoesNotContain("IOException", Object(GivenUp.Batch([GivenUp.Record(7)])), StringComparison.Ordinal);

    [Fact]
    public void D13_message_of_the_biggest_batch_is_small() =>
        Assert.InRange(Message(GivenUp.Batch(Enumerable.Range(1, 10_000).Select(i => GivenUp.Record(i)))).Length, 1, 2_000);

    [Theory]
    [InlineData("\"ApproximateCreationDateTime\":1769862000,", "")]
    [InlineData("\"ApproximateCreationDateTime\":1769862000,", "\"ApproximateCreationDateTime\":\"soon\",")]
    public void Time_that_cannot_be_read_is_null(string text, string other)
    {
        using var json = JsonDocument.Parse(Message(GivenUp.Batch([GivenUp.Record(7).Replace(text, other, StringComparison.Ordinal)])));

        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("DDBStreamBatchInfo").GetProperty("approximateArrivalOfFirstRecord").ValueKind);
    }

    [Fact]
    public void Record_that_is_no_JSON_is_in_the_object_as_it_was_received()
    {
        var malformed = GivenUp.Record(7).Replace("\"S\":\"nnn\"", "\"S\":nnn", StringComparison.Ordinal);

        using var json = JsonDocument.Parse(Object(GivenUp.Batch([malformed])));

        Assert.Equal($$"""{"Records":[{{malformed}}]}""", json.RootElement.GetProperty("payload").GetString());
    }

    [Fact]
    public void Text_that_is_not_UTF8_does_not_keep_the_object_from_being_written()
    {
        var page = Encoding.UTF8.GetBytes($$"""{"Records":[{{GivenUp.Record(7)}}]}""");
        page[page.AsSpan().IndexOf("nnn"u8)] = 0xff;

        using var json = JsonDocument.Parse(Object(GivenUp.Batch(page)));

        Assert.Contains("\uFFFDnn", json.RootElement.GetProperty("payload").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void D7_message_is_read_back()
    {
        Assert.True(DiscardNotice.TryRead(Encoding.UTF8.GetBytes(Message(GivenUp.Batch([GivenUp.Record(7), GivenUp.Record(9)]))), out var notice, out _));

        Assert.Equal(
            new DiscardNotice
            {
                FunctionArn = "streamworker:shop:search",
                Stream = GivenUp.Stream,
                ShardId = GivenUp.Shard,
                First = SequenceNumber.Parse("7"),
                Last = SequenceNumber.Parse("9"),
                Count = 2,
                Condition = DiscardCondition.RetryAttemptsExhausted,
                ApproximateInvokeCount = 4,
                Timestamp = GivenUp.Time,
            },
            notice);
        Assert.Equal(("shop", "search"), (notice.Application, notice.Consumer));
    }

    [Fact]
    public void D7_message_has_no_records() => Assert.Null(FailureBody.ReadRecords(Encoding.UTF8.GetBytes(Message(GivenUp.Batch([GivenUp.Record(7)])))));

    [Fact]
    public void D7_message_of_Lambda_itself_is_read_and_names_no_consumer_of_ours()
    {
        var lambda = Message(GivenUp.Batch([GivenUp.Record(7)])).Replace("streamworker:shop:search", "arn:aws:lambda:eu-central-1:123456789012:function:search:$LATEST", StringComparison.Ordinal);

        Assert.True(DiscardNotice.TryRead(Encoding.UTF8.GetBytes(lambda), out var notice, out _));

        Assert.Equal((null, null, "arn:aws:lambda:eu-central-1:123456789012:function:search:$LATEST"), (notice.Application, notice.Consumer, notice.FunctionArn));
    }

    [Fact]
    public void D7_notification_of_SNS_in_a_queue_is_taken_out_of_its_envelope()
    {
        var envelope = JsonSerializer.Serialize(new Dictionary<string, string> { ["Type"] = "Notification", ["TopicArn"] = "arn:aws:sns:eu-central-1:1:t", ["Message"] = Message(GivenUp.Batch([GivenUp.Record(7)])) });

        Assert.True(DiscardNotice.TryRead(Encoding.UTF8.GetBytes(envelope), out var notice, out _));

        Assert.Equal("search", notice.Consumer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void D9_payload_is_read_as_text_and_as_object(bool asObject)
    {
        var text = Object(GivenUp.Batch([GivenUp.Record(7)]));
        if (asObject)
        {
            using var json = JsonDocument.Parse(text);
            var payload = json.RootElement.GetProperty("payload");
            text = text.Replace(payload.GetRawText(), payload.GetString(), StringComparison.Ordinal);
        }

        using var page = FailureBody.ReadRecords(Encoding.UTF8.GetBytes(text));

        Assert.Equal(SequenceNumber.Parse("7"), Assert.Single(page!.Records).SequenceNumber);
    }

    [Theory]
    [InlineData("", "it is not the JSON that is expected")]
    [InlineData("[]", "it has no DDBStreamBatchInfo")]
    [InlineData("{}", "it has no DDBStreamBatchInfo")]
    [InlineData("""{"KinesisBatchInfo":{}}""", "it has no DDBStreamBatchInfo")]
    [InlineData("""{"DDBStreamBatchInfo":{"streamArn":"x"}}""", "its streamArn is 'x'")]
    [InlineData("""{"Type":"Notification","Message":"hello"}""", "it is not the JSON that is expected")]
    public void Other_text_is_told_why_it_cannot_be_read(string text, string fault)
    {
        Assert.False(DiscardNotice.TryRead(Encoding.UTF8.GetBytes(text), out _, out var found));

        Assert.StartsWith(fault, found);
    }

    private static string Message(DiscardedBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        FailureBody.WriteMessage(output, batch, "shop");
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Object(DiscardedBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        FailureBody.WriteObject(output, batch, "shop");
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
