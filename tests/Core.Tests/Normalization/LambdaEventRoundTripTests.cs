using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>An event that is read and written back is the same event, whatever it holds.</summary>
public sealed class LambdaEventRoundTripTests
{
    /// <summary>As the service sends it, with members that nobody knows at every level.</summary>
    private const string Record = """
        {"eventID":"c9fbe7d0261a5163fcb6940593e41797","eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-central-1","unknown":[1.0,{"a":null}],
         "dynamodb":{"ApproximateCreationDateTime":1.795448752E9,"Keys":{"id":{"S":"o-1"}},"OldImage":{"id":{"S":"o-1"},"b":{"B":"AQL/"},"n":{"N":"1.50"}},"unknown":{"x":"\u00e9"},
         "SequenceNumber":"300000000000000499659","SizeBytes":41,"StreamViewType":"NEW_AND_OLD_IMAGES"},"userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service","unknown":true},
         "eventSourceARN":"arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000"}
        """;

    private const string Window = """
        {"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:02:00Z"},"state":{"total":12.50,"seen":["a",{"b":null}]},"shardId":"shardId-00000001","Records":[RECORDS],
         "eventSourceARN":"arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000","isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false,"unknown":{}}
        """;

    [Fact]
    public void N2_V1_V2_V3_V4_V5_V6_record_of_an_event_is_written_byte_by_byte() => Assert.Equal($$"""{"Records":[{{Record}},{{Record}}]}""", WriteBack($$"""{"Records":[{{Record}},{{Record}}]}"""));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void T1_event_of_a_window_is_written_byte_by_byte(int records)
    {
        var json = Window.Replace("RECORDS", string.Join(',', Enumerable.Repeat(Record, records)), StringComparison.Ordinal);

        Assert.Equal(json, WriteBack(json));
    }

    [Fact]
    public void T1_members_around_the_records_stay_when_records_are_taken_out()
    {
        using var page = RecordPage.Parse(Encoding.UTF8.GetBytes(Window.Replace("RECORDS", $"{Record} , {Record}", StringComparison.Ordinal)));
        page.SkipFirst(1);
        Assert.Equal(Window.Replace("RECORDS", Record, StringComparison.Ordinal), WriteBack(page));
        page.SkipFirst(1);
        Assert.Equal(Window.Replace("RECORDS", "", StringComparison.Ordinal), WriteBack(page));
    }

    [Fact]
    public void Page_that_was_disposed_of_is_not_written()
    {
        var page = RecordPage.Parse("""{"Records":[]}"""u8.ToArray());
        page.Dispose();

        Assert.Throws<ObjectDisposedException>(() => WriteBack(page));
    }

    [Fact]
    public void S54_T1_any_event_is_the_same_member_by_member_and_after_that_byte_by_byte() =>
        Gen.Select(TypedValue.Items.Array[0, 4], TypedValue.Items, Gen.Bool, Gen.Bool).Sample(
            (images, state, isEscaped, isWire) =>
            {
                string Json(TypedValue.Map map) => TypedValue.Write(writer => map.WriteMembers(writer, (value, w) => value.WriteTyped(w)), isEscaped);
                var identity = isWire ? """{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}""" : """{"principalId":"dynamodb.amazonaws.com","type":"Service"}""";
                var records = images.Select((image, i) => $$"""
                    {"eventID":"{{i}}","x":{{Json(state)}},"dynamodb":{"NewImage":{{Json(image)}},"SequenceNumber":"{{i}}"},"userIdentity":{{identity}},"eventSourceARN":"{{Records.Stream}}"}
                    """);
                var json = $$"""{"state":{{Json(state)}}, "Records": [ {{string.Join(" , ", records)}} ] ,"isFinalInvokeForWindow":true}""";

                var written = WriteBack(json);

                var expected = isWire ? json.Replace("PrincipalId", "principalId", StringComparison.Ordinal).Replace("\"Type\"", "\"type\"", StringComparison.Ordinal) : json;
                Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(written).RootElement), written);
                Assert.Equal(written, WriteBack(written));
            },
            iter: Effort.Of(1000));

    private static string WriteBack(string json)
    {
        using var page = RecordPage.Parse(Encoding.UTF8.GetBytes(json));
        return WriteBack(page);
    }

    private static string WriteBack(RecordPage page)
    {
        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, page);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
