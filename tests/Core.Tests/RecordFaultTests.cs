using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

/// <summary>An error says which record, which attribute, what was wanted and what was found.</summary>
public sealed class RecordFaultTests
{
    private static readonly StreamRecord s_record = Records.Record("""
        {"eventID":"e-7","eventName":"MODIFY","dynamodb":{"SequenceNumber":"100000000000000000007","Keys":{"id":{"S":"a"}},
         "NewImage":{"total":{"S":"much"},"lines":{"L":[{"N":"1"},{"M":{"price":{"L":[{"L":[{"S":"x"}]}]}}}]},"unit.price":{"M":{"it's":{"S":"x"},"":{"L":[{"S":"y"}]}}}},
         "OldImage":{"total":{"N":"12.345"}}}}
        """);

    public static TheoryData<string, string, string, Action> Faults => new()
    {
        { "dynamodb.NewImage.total", "a number (N)", "text (S)", () => s_record.NewImage!.GetDecimal("total") },
        { "dynamodb.NewImage.total", "a map (M)", "text (S)", () => s_record.NewImage!["total"].AsMap() },
        { "dynamodb.NewImage.gone", "a number (N)", "missing", () => s_record.NewImage!.GetDecimal("gone") },
        { "dynamodb.NewImage.gone", "an attribute", "missing", () => _ = s_record.NewImage!["gone"] },
        { "dynamodb.NewImage['gone.too']", "a list (L)", "missing", () => s_record.NewImage!.GetList("gone.too") },
        { "dynamodb.OldImage.total", "a whole number of 64 bits", "'12.345'", () => s_record.OldImage!.GetInt64("total") },
        { "dynamodb.OldImage.total", "a whole number", "'12.345'", () => s_record.OldImage!.GetBigInteger("total") },
        { "dynamodb.Keys.id", "bytes (B)", "text (S)", () => s_record.Keys.GetBytes("id") },
        { "dynamodb.NewImage.lines[1].price[0][0]", "a boolean (BOOL)", "text (S)", () => s_record.NewImage!.GetList("lines")[1].AsMap().GetList("price")[0].AsList()[0].AsBoolean() },
        { "dynamodb.NewImage.lines[1].cost", "text (S)", "missing", () => s_record.NewImage!.GetList("lines")[1].AsMap().GetString("cost") },
        { "dynamodb.NewImage['unit.price']['it\\'s']", "a set of numbers (NS)", "text (S)", () => s_record.NewImage!.GetMap("unit.price").GetNumberSet("it's") },
        { "dynamodb.NewImage['unit.price'][''][0]", "a set of texts (SS)", "text (S)", () => s_record.NewImage!.GetMap("unit.price").GetList("")[0].AsStringSet() },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Error_names_record_path_wanted_and_found(string path, string wanted, string found, Action read)
    {
        var error = Assert.Throws<RecordFormatException>(read);

        Assert.Equal(path, error.AttributePath);
        Assert.Equal("e-7", error.EventId);
        Assert.Equal(SequenceNumber.Parse("100000000000000000007"), error.SequenceNumber);
        Assert.StartsWith($"{path}: {wanted} is expected and ", error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("(event id e-7, sequence number 100000000000000000007)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "unknown", "unknown")]
    [InlineData("""{"eventID":"\ud800","dynamodb":{"SequenceNumber":"x","NewImage":{}}}""", "unknown", "unknown")]
    [InlineData("""{"eventID":["e"],"dynamodb":{"SequenceNumber":"7","NewImage":{}}}""", "unknown", "7")]
    public void Error_of_a_record_without_identity_says_so(string json, string eventId, string sequenceNumber)
    {
        var error = Assert.Throws<RecordFormatException>(() => Records.Record(json).EventId);

        Assert.Equal("eventID", error.AttributePath);
        Assert.Null(error.EventId);
        Assert.EndsWith($"(event id {eventId}, sequence number {sequenceNumber})", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "dynamodb.NewImage", "a JSON object with attributes is expected and a JSON array was found")]
    [InlineData("""{"a":7}""", "dynamodb.NewImage.a", "a typed value such as {\"S\":\"text\"} is expected and a JSON number was found")]
    [InlineData("""{"a":{}}""", "dynamodb.NewImage.a", "and an empty JSON object was found")]
    [InlineData("""{"a":{"X":"1"}}""", "dynamodb.NewImage.a", "S, N, B, BOOL, NULL, M, L, SS, NS or BS is expected and the type 'X' was found")]
    [InlineData("""{"a":{"S":"x","N":"1"}}""", "dynamodb.NewImage.a", "one type is expected and 'N' was found behind text (S)")]
    public void N7_value_without_one_known_type_is_refused_with_its_path(string image, string path, string message)
    {
        var error = Assert.Throws<RecordFormatException>(() => Records.Image(image)["a"]);

        Assert.Equal(path, error.AttributePath);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"L":{}}""", "a JSON array is expected and a JSON object was found")]
    [InlineData("""{"SS":"x"}""", "a JSON array is expected and a JSON string was found")]
    [InlineData("""{"NS":[1]}""", "a JSON string is expected and a JSON number was found")]
    [InlineData("""{"BS":["*"]}""", "the text is not base64")]
    [InlineData("""{"S":null}""", "a JSON string is expected and null was found")]
    [InlineData("""{"M":null}""", "a JSON object with attributes is expected and null was found")]
    [InlineData("""{"BOOL":1}""", "true or false is expected and a JSON number was found")]
    [InlineData("""{"N":"ten"}""", "a number is expected and 'ten' was found")]
    public void N8_content_that_does_not_fit_its_type_is_refused_with_its_path(string typedValue, string message)
    {
        var error = Assert.Throws<RecordFormatException>(() => Records.Image($$"""{"a":{{typedValue}}}""").ToString());

        Assert.Equal("dynamodb.NewImage.a", error.AttributePath);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_of_a_hostile_record_is_cut()
    {
        var name = new string('n', 20_000);
        var image = Records.Image("{'n':{'M':{'n':{'S':'x'}}}}".Replace('\'', '"').Replace("n", name, StringComparison.Ordinal));

        var error = Assert.Throws<RecordFormatException>(() => image.GetMap(name).GetInt64(name));

        Assert.InRange(error.AttributePath.Length, 100, 600);
    }
}
