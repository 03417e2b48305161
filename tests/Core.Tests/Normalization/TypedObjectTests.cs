using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Normalization;

public sealed partial class TypedObjectTests
{
    private const string Order = """
        {"id":{"S":"o-1 \"é\ud83d\ude00"},"total":{"N":"12345678901234567890.5"},"count":{"N":"3"},"paid":{"BOOL":true},"note":{"NULL":true},"raw":{"B":"AQL/"},
         "tags":{"SS":["x","y"]},"sizes":{"NS":["1","2"]},"blobs":{"BS":["AQ==","Ag=="]},
         "lines":{"L":[{"M":{"sku":{"S":"s-1"},"price":{"N":"0.1"}}},{"M":{"sku":{"S":"s-2"},"price":{"N":"1E2"}}}]},"unknown":{"M":{}}}
        """;

    [Fact]
    public void Item_becomes_an_object_of_every_kind_of_member()
    {
        var order = Records.Image(Order).To(TestJson.Default.OrderRow);

        Assert.Equal("o-1 \"é😀", order.Id);
        Assert.Equal(12345678901234567890.5m, order.Total);
        Assert.Equal(3, order.Count);
        Assert.True(order.Paid);
        Assert.Null(order.Note);
        Assert.Equal([1, 2, 255], order.Raw);
        Assert.Equal(["x", "y"], order.Tags.Order(StringComparer.Ordinal));
        Assert.Equal([1, 2], order.Sizes);
        Assert.Equal([[1], [2]], order.Blobs);
        Assert.Equal([new LineRow("s-1", 0.1m), new LineRow("s-2", 100m)], order.Lines);
    }

    [Fact]
    public void Value_becomes_an_object()
    {
        var image = Records.Image(Order);

        Assert.Equal(new LineRow("s-2", 100), image["lines"].AsList()[1].To(TestJson.Default.LineRow));
        Assert.Equal(new LineRow("s-2", 100), image.GetList("lines")[1].AsMap().To(TestJson.Default.LineRow));
        Assert.Equal(["x", "y"], image["tags"].To(TestJson.Default.StringArray)!);
        Assert.Null(image["note"].To(TestJson.Default.LineRow));
        Assert.Equal(BigInteger.Parse("123456789012345678901234567890"), BigInteger.Parse(Records.Value("""{"N":"123456789012345678901234567890"}""").To(TestJson.Default.JsonElement).GetRawText()));
    }

    [Theory]
    [InlineData("""{"id":{"S":"x"},"count":{"N":"3.5"}}""", "dynamodb.NewImage.count")]
    [InlineData("""{"id":{"S":"x"},"count":{"N":"99999999999"}}""", "dynamodb.NewImage.count")]
    [InlineData("""{"id":{"S":"x"},"count":{"S":"3"}}""", "dynamodb.NewImage.count")]
    [InlineData("""{"id":{"S":"x"},"lines":{"L":[{"M":{"sku":{"S":"s"},"price":{"N":"1"}}},{"M":{"sku":{"S":"s"},"price":{"N":"1E40"}}}]}}""", "dynamodb.NewImage.lines[1].price")]
    [InlineData("""{"id":{"S":"x"},"lines":{"M":{}}}""", "dynamodb.NewImage.lines")]
    [InlineData("""{"id":{"S":"x"},"raw":{"S":"*"}}""", "dynamodb.NewImage.raw")]
    [InlineData("""{"id":{"S":"x"},"unit.price":{"S":"x"}}""", "dynamodb.NewImage['unit.price']")]
    [InlineData("""{"count":{"N":"1"}}""", "dynamodb.NewImage")]
    [InlineData("""{"id":{"S":"x"},"unknown":{"N":"ten"}}""", "dynamodb.NewImage.unknown")]
    public void Item_that_does_not_fit_is_refused_with_record_and_path(string image, string path)
    {
        var error = Assert.Throws<RecordFormatException>(() => Records.Image(image).To(TestJson.Default.OrderRow));

        Assert.Equal(path, error.AttributePath);
        Assert.Equal("e", error.EventId);
        Assert.Equal(SequenceNumber.Parse("100000000000000000001"), error.SequenceNumber);
        Assert.DoesNotContain("BytePositionInLine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_that_does_not_fit_is_refused_with_the_whole_path()
    {
        var line = Records.Image("""{"lines":{"L":[{"M":{"sku":{"S":"s"},"price":{"S":"x"}}}]}}""").GetList("lines")[0];

        Assert.Equal("dynamodb.NewImage.lines[0].price", Assert.Throws<RecordFormatException>(() => line.To(TestJson.Default.LineRow)).AttributePath);
        Assert.IsType<JsonException>(Assert.Throws<RecordFormatException>(() => line.To(TestJson.Default.StringArray)).InnerException);
    }

    [Fact]
    public void Converter_that_makes_nothing_of_an_item_is_told_with_the_record() =>
        Assert.Equal("dynamodb.NewImage", Assert.Throws<RecordFormatException>(() => Records.Image("{}").To(TestJson.Default.Nothing)).AttributePath);

    internal sealed record OrderRow(
        [property: JsonRequired] string Id,
        decimal Total,
        int Count,
        bool Paid,
        string? Note,
        byte[]? Raw,
        HashSet<string> Tags,
        int[] Sizes,
        List<byte[]> Blobs,
        LineRow[] Lines,
        [property: JsonPropertyName("unit.price")] decimal? UnitPrice);

    internal sealed record LineRow(string Sku, decimal Price);

    [JsonConverter(typeof(NothingConverter))]
    internal sealed record Nothing;

    internal sealed class NothingConverter : JsonConverter<Nothing>
    {
        public override Nothing? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return null;
        }

        public override void Write(Utf8JsonWriter writer, Nothing value, JsonSerializerOptions options) => writer.WriteNullValue();
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(OrderRow))]
    [JsonSerializable(typeof(Nothing))]
    [JsonSerializable(typeof(JsonElement))]
    [JsonSerializable(typeof(string[]))]
    internal sealed partial class TestJson : JsonSerializerContext;
}
