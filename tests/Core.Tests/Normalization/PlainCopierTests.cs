using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using StreamWorker.Normalization;
using StreamWorker.Tests.Shared;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>What is copied is what would have been written value by value; what is not plain is not copied.</summary>
public sealed class PlainCopierTests
{
    private static readonly string[] s_images =
    [
        """{"id":{"S":"o-1"},"total":{"N":"129.90"},"paid":{"BOOL":true},"open":{"BOOL":false},"coupon":{"NULL":true},"tags":{"SS":["web","new"]},"sizes":{"NS":["38","-4.05E+1"]},"receipt":{"B":"AQL/"}}""",
        """{"address":{"M":{"city":{"S":"Ulm \"an der\" Donau"},"street":{"S":"Hauptstraße <1>"}}},"lines":{"L":[{"M":{"sku":{"S":"s\\1\n"}}},{"L":[]},{"M":{}}]},"hashes":{"BS":["AQ==","Ag=="]}}""",
        """{"a":{"N":"1"},"b":{"M":{"a":{"N":"2"},"c":{"S":"😀 \t"}}},"":{"S":""},"S":{"S":"S"}}""",
    ];

    [Fact]
    public void S57_copied_item_is_the_one_that_is_written_value_by_value()
    {
        var copied = 0;
        Gen.Select(TypedValue.Items, Gen.Bool).Sample(
            (map, isEscaped) =>
            {
                var image = Records.Image(TypedValue.Write(writer => map.WriteMembers(writer, (value, w) => value.WriteTyped(w)), isEscaped));
                if (AssertSameIfCopied(image))
                    Interlocked.Increment(ref copied);
            },
            iter: Effort.Of(2000));
        Assert.InRange(copied, Effort.Of(2000) / 10, int.MaxValue);
    }

    [Fact]
    public void Mutated_item_is_copied_only_where_it_is_read_without_a_fault()
    {
        var mutation = new Mutation(Mutation.Seed);
        var copied = 0;
        for (var round = 0; round < Mutation.Rounds; round++)
        {
            var bytes = mutation.Next(s_images);
            if (!PlainCopier.TryCopy(bytes, AttributeType.Map, encodes: false, new byte[bytes.Length], out _))
                continue;
            copied++;
            byte[] page = [.. "{\"Records\":[{\"dynamodb\":{\"NewImage\":"u8, .. bytes, .. "}}]}"u8];
            Assert.True(AssertSameIfCopied(RecordPage.Parse(page, Records.Stream).Records[0].NewImage!), Encoding.UTF8.GetString(bytes));
        }

        Assert.InRange(copied, Mutation.Rounds / 100, Mutation.Rounds);
    }

    [Theory]
    [InlineData("""{"a":{"S":"x"} }""")]
    [InlineData("""{"a": {"S":"x"}}""")]
    [InlineData("""{"\u0061":{"S":"x"}}""")]
    [InlineData("""{"a":{"S":"\u0061"}}""")]
    [InlineData("""{"a":{"S":"\ud800"}}""")]
    [InlineData("""{"a":{"S":"x"},"a":{"S":"y"}}""")]
    [InlineData("""{"a":{"S":"x","N":"1"}}""")]
    [InlineData("""{"a":{"N":"01"}}""")]
    [InlineData("""{"a":{"N":"1."}}""")]
    [InlineData("""{"a":{"N":"+1"}}""")]
    [InlineData("""{"a":{"N":"NaN"}}""")]
    [InlineData("""{"a":{"N":1}}""")]
    [InlineData("""{"a":{"B":"*"}}""")]
    [InlineData("""{"a":{"B":"AQ=\/"}}""")]
    [InlineData("""{"a":{"X":"x"}}""")]
    [InlineData("""{"a":{"NULL":false}}""")]
    [InlineData("""{"a":{"BOOL":"true"}}""")]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"a":"x"}""")]
    [InlineData("""{"a":{"S":"x"},}""")]
    [InlineData("""{"a":{"L":[{"S":"x"},]}}""")]
    [InlineData("""{"a":{"S":"x"}}}""")]
    [InlineData("""{"a":{"S":"x"}""")]
    [InlineData("")]
    public void Item_that_is_not_written_plainly_is_not_copied(string image) =>
        Assert.False(PlainCopier.TryCopy(Encoding.UTF8.GetBytes(image), AttributeType.Map, encodes: false, new byte[1000], out _));

    [Fact]
    public void Text_that_is_no_UTF8_or_holds_a_control_character_is_not_copied()
    {
        Assert.False(PlainCopier.TryCopy([.. "{\"a\":{\"S\":\""u8, 0xff, .. "\"}}"u8], AttributeType.Map, encodes: false, new byte[1000], out _));
        Assert.False(PlainCopier.TryCopy("{\"a\":{\"S\":\"\n\"}}"u8, AttributeType.Map, encodes: false, new byte[1000], out _));
    }

    [Fact]
    public void Too_little_room_copies_nothing_and_depth_has_a_bound()
    {
        var text = Encoding.UTF8.GetBytes(s_images[1]);
        Assert.True(PlainCopier.TryCopy(text, AttributeType.Map, encodes: true, new byte[2 * text.Length], out var length));
        for (var room = 0; room < length; room++)
            Assert.False(PlainCopier.TryCopy(text, AttributeType.Map, encodes: true, new byte[room], out _));
        Assert.True(PlainCopier.TryCopy(Encoding.UTF8.GetBytes($$"""{"a":{{Records.Nested(31)}}}"""), AttributeType.Map, encodes: false, new byte[2000], out _));
        Assert.False(PlainCopier.TryCopy(Encoding.UTF8.GetBytes($$"""{"a":{{Records.Nested(10_000)}}}"""), AttributeType.Map, encodes: false, new byte[200_000], out _));
    }

    [Fact]
    public void Plain_item_is_copied_for_a_writer_that_wants_nothing_special()
    {
        // An escape that stands in the way of nothing is left as it was received when it is copied, and undone when it is written anew.
        var image = Records.Image("""{"a":{"S":"\/"}}""");
        var relaxed = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        Assert.Equal("""{"a":"\/"}""", Write(image, relaxed));
        Assert.Equal("""{"a":"/"}""", Write(image, relaxed with { MaxDepth = 999 }));
        Assert.Equal("""{"a":"/"}""", Write(image, default));
    }

    [Fact]
    public void Writer_that_wants_something_special_gets_it()
    {
        var image = Records.Image(s_images[1]);

        Assert.Contains("\\u00DFe \\u003C1\\u003E", Write(image, default), StringComparison.Ordinal);
        Assert.Contains("Hauptstraße <1>", Write(image, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), StringComparison.Ordinal);
        Assert.Contains("\n  \"address\": {", Write(image, new JsonWriterOptions { Indented = true }).ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Hauptstra\u00dfe \\u003C1", Write(image, new JsonWriterOptions { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) }), StringComparison.Ordinal);
    }

    /// <summary>Compares what is copied with what a writer gets that nothing is copied for.</summary>
    private static bool AssertSameIfCopied(Item image)
    {
        var output = new byte[(image.Utf8Json.Length * 6) + 64];
        if (!PlainCopier.TryCopy(image.Utf8Json.Span, AttributeType.Map, encodes: true, output, out var length))
            return false;
        Assert.Equal(Write(image, new JsonWriterOptions { MaxDepth = 999 }), Encoding.UTF8.GetString(output.AsSpan(0, length)));
        Assert.True(PlainCopier.TryCopy(image.Utf8Json.Span, AttributeType.Map, encodes: false, output.AsSpan(0, image.Utf8Json.Length), out length));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Write(image, default)), JsonElement.Parse(output.AsSpan(0, length))));
        return true;
    }

    private static string Write(Item image, JsonWriterOptions options)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, options))
            image.WriteTo(writer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
