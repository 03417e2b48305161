using System.Text.Json;
using StreamWorker.Batches;
using StreamWorker.Core.Tests.Pipeline;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>What is wrong with one record is the fault of that record: its neighbours are handled, and the error says which record it was and where.</summary>
public sealed class MalformedRecordTests
{
    private static string Order(int number, string image) => $$$"""
        {"eventID":"e-{{{number}}}","eventName":"MODIFY","dynamodb":{"Keys":{"id":{"S":"o-{{{number}}}"}},"SequenceNumber":"{{{number}}}","OldImage":{},"NewImage":{{{image}}}}}
        """;

    public static TheoryData<string, string> Malformed => new()
    {
        { """{"total":{"N":"ten"}}""", "dynamodb.NewImage.total" },
        { """{"total":{"S":"10"}}""", "dynamodb.NewImage.total" },
        { """{"total":{"Z":"10"}}""", "dynamodb.NewImage.total" },
        { """{"total":{}}""", "dynamodb.NewImage.total" },
        { """{"total":null}""", "dynamodb.NewImage.total" },
        { """{"total":10}""", "dynamodb.NewImage.total" },
        { """{"other":{"S":"x"}}""", "dynamodb.NewImage.total" },
        { """{"total":{"N":"1E999999999"}}""", "dynamodb.NewImage.total" },
        { """[]""", "dynamodb.NewImage" },
        { """{"total" {"N":"1"}}""", "dynamodb.NewImage" },
        { """{"x":{"BOOL":tru},"total":{"N":"1"}}""", "dynamodb.NewImage.x" },
        { """{"x":{"M":{"y":{"L":[{"S":"\q"}]}}},"total":{"N":"1"}}""", "dynamodb.NewImage.x.y[0]" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task N3_N7_N8_N9_malformed_record_fails_alone(string image, string path)
    {
        using var page = Records.Page(Order(1, """{"total":{"N":"1"}}"""), Order(2, image), Order(3, """{"total":{"N":"3"}}"""));
        var handled = new List<decimal>();
        var faults = new List<RecordFormatException>();

        var result = await Run.ConsumerAsync(
            consumer => consumer
                .Use(async (record, context, next, cancellationToken) =>
                {
                    try
                    {
                        await next(record, context, cancellationToken);
                    }
                    catch (RecordFormatException e)
                    {
                        faults.Add(e);
                    }
                })
                .Handle((record, _, _) =>
                {
                    handled.Add(Total(record));
                    return ValueTask.CompletedTask;
                }),
            page.Records);

        Assert.Equal(BatchOutcome.Succeeded, result.Outcome);
        Assert.Equal([1m, 3m], handled);
        var fault = Assert.Single(faults);
        Assert.Equal((path, "e-2", SequenceNumber.Parse("2")), (fault.AttributePath, fault.EventId, fault.SequenceNumber));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task R2_malformed_record_is_reported_by_its_own_sequence_number(string image, string path)
    {
        using var page = Records.Page(Order(1, """{"total":{"N":"1"}}"""), Order(2, image), Order(3, """{"total":{"N":"3"}}"""));

        var result = await Run.ConsumerAsync(
            consumer => consumer.Handle((record, _, _) =>
            {
                Total(record);
                return ValueTask.CompletedTask;
            }),
            page.Records);

        var failure = Assert.Single(result.Failures);
        Assert.Equal("2", failure.ItemIdentifier);
        Assert.Equal(path, Assert.IsType<RecordFormatException>(failure.Error).AttributePath);
        Assert.Equal(1, result.CountFinished(page.Records));
    }

    [Fact]
    public void Malformed_attribute_that_nobody_asks_for_hinders_nobody()
    {
        var image = Records.Image("""{"a":{"BOOL":tru},"b":{"N":"1"},"d":{"S":"x"}}""");

        Assert.Equal(1, image.GetInt64("b"));
        Assert.Equal("x", image.GetString("d"));
        Assert.Equal("dynamodb.NewImage.a", Assert.Throws<RecordFormatException>(() => image.GetBoolean("a")).AttributePath);
    }

    [Fact]
    public void N1_every_record_stands_for_itself_whatever_the_first_one_is()
    {
        using var page = Records.Page("null", """{"eventSource":"aws:kinesis","kinesis":{"data":"x"}}""", Order(3, """{"total":{"N":"3"}}"""));

        Assert.Throws<RecordFormatException>(() => page.Records[0].NewImage);
        Assert.Null(page.Records[1].NewImage);
        Assert.Equal(3, page.Records[2].NewImage!.GetInt64("total"));
    }

    [Fact]
    public void N3_absent_image_is_null_and_an_empty_one_is_an_empty_item()
    {
        var record = Records.WithChange("""
            "NewImage":{}
            """);

        Assert.Empty(record.NewImage!);
        Assert.Empty(record.NewImage!.ToDictionary());
        Assert.Equal("{}", record.NewImage!.ToString());
        Assert.Null(record.OldImage);
    }

    [Fact]
    public void N10_reading_again_gives_the_same()
    {
        var record = Records.Record(Records.Insert);
        var first = record.NewImage!.ToString();
        record.NewImage!.ToDictionary();

        Assert.Equal(first, record.NewImage!.ToString());
        Assert.Equal(12.5m, record.NewImage!.GetDecimal("total"));
        Assert.Equal(12.5m, record.NewImage!.GetDecimal("total"));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(20_000)]
    public void N12_record_that_is_nested_too_deep_fails_alone_with_a_clear_error(int levels)
    {
        using var page = Records.Page(
            Order(1, $$"""{"first":{"S":"x"},"a":{{Records.Nested(levels)}},"after":{"S":"x"} }"""),
            Order(2, """{"total":{"N":"2"}}"""));
        var image = page.Records[0].NewImage!;

        foreach (var read in new Action[]
        {
            () => image.GetEnumerator(),
            () => image.ToDictionary(),
            () => image.ToString(),
            () => image.To(TypedObjectTests.TestJson.Default.JsonElement),
            () => page.Records[0].GetChanges(),
        })
        {
            var error = Assert.Throws<RecordFormatException>(read);
            Assert.Contains("nested deeper than 128 levels of JSON", error.Message, StringComparison.Ordinal);
            Assert.StartsWith("dynamodb.NewImage.a", error.AttributePath, StringComparison.Ordinal);
            Assert.Equal("e-1", error.EventId);
        }

        Assert.Equal("x", image.GetString("first"));
        Assert.Equal("x", image.GetString("after"));
        Assert.Equal(2, page.Records[1].NewImage!.GetInt64("total"));
    }

    [Fact]
    public void N12_all_that_is_made_of_an_item_goes_as_deep_as_DynamoDB_does()
    {
        var image = Records.Image($$"""{"a":{{Records.Nested(31)}}}""");
        object? value = image.ToDictionary();
        for (var level = 0; level < 32; level++)
            value = Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(value)["a"];

        Assert.Equal("deep", value);
        Assert.Equal(image.ToString(), image.To(TypedObjectTests.TestJson.Default.JsonElement).GetRawText());
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(image.ToString()).RootElement.ValueKind);
        var change = Records.WithChange($$$"""
            "OldImage":{"a":{{{Records.Nested(31)}}}},"NewImage":{"a":{{{Records.Nested(31).Replace("deep", "down", StringComparison.Ordinal)}}}}
            """);
        Assert.Equal(string.Join('.', Enumerable.Repeat("a", 32)), Assert.Single(change.GetChanges()).Path);
    }

    [Fact]
    public void Error_raised_inside_a_batch_can_be_told_from_that_of_a_service() =>
        Assert.False(Assert.Throws<RecordFormatException>(() => Records.Image("{}").GetString("a")).IsTransient);

    /// <summary>What a handler does that uses the whole image.</summary>
    private static decimal Total(StreamRecord record)
    {
        record.NewImage!.ToDictionary();
        return record.NewImage!.GetDecimal("total");
    }
}
