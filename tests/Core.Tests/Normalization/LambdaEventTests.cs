using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class LambdaEventTests
{
    private static string Write(RecordPage page)
    {
        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, page.Records);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static JsonElement WriteOne(string record)
    {
        using var page = Records.Page(record);
        return JsonDocument.Parse(Write(page)).RootElement.GetProperty("Records")[0];
    }

    [Fact]
    public void V1_V7_event_is_an_object_with_the_records_in_order_and_nothing_else()
    {
        using var page = Records.Page("""{"eventID":"1"}""", """{"eventID":"2"}""");
        using var json = JsonDocument.Parse(Write(page));

        Assert.Equal(["Records"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["1", "2"], json.RootElement.GetProperty("Records").EnumerateArray().Select(record => record.GetProperty("eventID").GetString()));
    }

    [Fact]
    public void V1_event_without_records_is_an_empty_list() => Assert.Equal("""{"Records":[]}""", Write(Records.Page()));

    [Fact]
    public void V1_V2_members_keep_their_order_and_the_stream_comes_last()
    {
        var record = WriteOne(Records.Insert);

        Assert.Equal(
            ["eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN"],
            record.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Records.Stream.Value, record.GetProperty("eventSourceARN").GetString());
    }

    [Fact]
    public void V2_stream_that_the_record_names_is_not_named_twice()
    {
        const string Record = """{"eventID":"1","eventSourceARN":"arn:aws:dynamodb:eu-central-1:1:table/Other/stream/x"}""";
        using var page = Records.Page(Record);

        Assert.Equal($$"""{"Records":[{{Record}}]}""", Write(page));
    }

    [Fact]
    public void V3_creation_time_stays_the_number_that_it_was()
    {
        using var page = Records.Page("""{"dynamodb":{"ApproximateCreationDateTime":1.795448752E9}}""");

        Assert.Contains("\"ApproximateCreationDateTime\":1.795448752E9", Write(page), StringComparison.Ordinal);
    }

    [Fact]
    public void V4_members_that_are_absent_stay_absent()
    {
        var change = WriteOne(Records.Insert).GetProperty("dynamodb");

        Assert.False(change.TryGetProperty("OldImage", out _));
        Assert.False(WriteOne(Records.Insert).TryGetProperty("userIdentity", out _));
    }

    [Fact]
    public void V5_binary_values_stay_the_text_that_they_were() =>
        Assert.Equal("AQL/", WriteOne("""{"dynamodb":{"NewImage":{"b":{"B":"AQL/"}}}}""").GetProperty("dynamodb").GetProperty("NewImage").GetProperty("b").GetProperty("B").GetString());

    [Theory]
    [InlineData("""{"eventID":"1","userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"},"dynamodb":{"x":1}}""")]
    [InlineData("""{"eventID":"1","userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service"},"dynamodb":{"x":1}}""")]
    [InlineData("""{"eventID":"1","userIdentity":{"\u0050rincipalId":"dynamodb.amazonaws.com","Type":"Service"},"dynamodb":{"x":1}}""")]
    public void V6_S54_identity_is_written_in_lower_camel_case(string json)
    {
        var record = WriteOne(json);

        Assert.Equal("""{"principalId":"dynamodb.amazonaws.com","type":"Service"}""", record.GetProperty("userIdentity").GetRawText());
        Assert.Equal(1, record.GetProperty("dynamodb").GetProperty("x").GetInt32());
        Assert.Equal(["eventID", "userIdentity", "dynamodb", "eventSourceARN"], record.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void V6_S54_part_of_an_identity_that_is_absent_stays_absent() =>
        Assert.Equal("""{"type":"Service"}""", WriteOne("""{"userIdentity":{"Type":"Service"}}""").GetProperty("userIdentity").GetRawText());

    [Fact]
    public void V6_members_of_an_identity_that_are_not_known_survive_as_they_are() => Assert.Equal(
        """{ "x":[{"Type":1}], "type" : null,"principalId":7 , "Other":"Type" }""",
        WriteOne("""{"userIdentity":{ "x":[{"Type":1}], "Type" : null,"PrincipalId":7 , "Other":"Type" },"dynamodb":{}}""").GetProperty("userIdentity").GetRawText());

    [Theory]
    [InlineData("\"somebody\"")]
    [InlineData("""["Type"]""")]
    [InlineData("""{"type":"\ud800"}""")]
    public void Malformed_identity_is_passed_on_as_it_is_and_its_neighbours_are_delivered(string identity)
    {
        using var page = Records.Page(Records.Insert, $$"""{"userIdentity":{{identity}}}""");

        Assert.Contains($"\"userIdentity\":{identity}", Write(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"eventID":"e" "dynamodb":{}}""")]
    [InlineData("""{"eventID":"e","dynamodb":{"NewImage":{"a":{"BOOL":tru}}}}""")]
    [InlineData("""{"eventID":"e","unknown":[1,]}""")]
    public void Record_that_is_not_JSON_is_refused_and_does_not_make_the_event_unreadable(string record)
    {
        using var page = Records.Page(Records.Insert, record);

        Assert.Throws<RecordFormatException>(() => Write(page));
        page.SkipFirst(1);
        Assert.Throws<RecordFormatException>(() => Write(page));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" { } ")]
    public void Record_without_members_still_names_its_stream(string json) =>
        Assert.Equal(Records.Stream.Value, WriteOne(json).GetProperty("eventSourceARN").GetString());

    [Theory]
    [InlineData("12")]
    [InlineData("[{}]")]
    [InlineData("\"}\"")]
    [InlineData("null")]
    public void Record_that_is_no_object_is_passed_on_as_it_is(string json)
    {
        using var page = Records.Page(json);

        Assert.Equal($$"""{"Records":[{{json}}]}""", Write(page));
    }

    [Fact]
    public void Detached_records_and_those_of_a_later_place_in_a_page_are_written_alike()
    {
        using var page = Records.Page("{}", """{"userIdentity":{"Type":"Service"},"dynamodb":{}}""");
        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, [page.Records[1], page.Records[1].Detach()]);

        using var json = JsonDocument.Parse(output.WrittenMemory);
        var records = json.RootElement.GetProperty("Records");

        Assert.Equal(records[0].GetRawText(), records[1].GetRawText());
    }

    [Fact]
    public void Event_can_be_written_for_records_of_an_unknown_stream()
    {
        using var page = RecordPage.Parse("""{"Records":[{"eventID":"1"}]}"""u8.ToArray());

        Assert.Equal("""{"Records":[{"eventID":"1","eventSourceARN":""}]}""", Write(page));
    }
}
