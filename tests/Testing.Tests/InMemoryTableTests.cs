using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using static StreamWorker.Testing.Tests.Reading;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryTableTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, 750, TimeSpan.Zero));
    private readonly InMemoryStreams _streams;

    public InMemoryTableTests() => _streams = new InMemoryStreams(_time);

    private async Task<StreamRecord> OnlyRecordAsync(InMemoryTable table)
    {
        using var page = await _streams.FirstPageAsync(table.StreamArn, table.Shards[0].Id);
        return Assert.Single(page.Records).Detach();
    }

    [Fact]
    public async Task S50_S51_record_is_written_in_the_form_of_the_wire()
    {
        var table = _streams.CreateTable("Orders");

        var written = table.Put(Item("a", 1));

        var record = await OnlyRecordAsync(table);
        using var json = JsonDocument.Parse(record.Utf8Json);
        Assert.Equal(
            ["eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["ApproximateCreationDateTime", "Keys", "NewImage", "SequenceNumber", "SizeBytes", "StreamViewType"],
            json.RootElement.GetProperty("dynamodb").EnumerateObject().Select(member => member.Name));
        Assert.Equal("INSERT", json.RootElement.GetProperty("eventName").GetString());
        Assert.Equal(1769860800, json.RootElement.GetProperty("dynamodb").GetProperty("ApproximateCreationDateTime").GetInt64());
        Assert.Matches("^[0-9a-f]{32}$", record.EventId);
        Assert.Equal(
            new WrittenRecord(table.StreamArn, table.Shards[0].Id, record.SequenceNumber, record.EventId, EventName.Insert, Key("a"), DateTimeOffset.FromUnixTimeSeconds(1769860800)),
            written);
        Assert.Equal([written!], table.Records);
    }

    [Fact]
    public void S58_number_of_digits_grows_within_a_dozen_records()
    {
        var table = _streams.CreateTable("Orders");

        var digits = Enumerable.Range(0, 12).Select(i => table.Put(Item("a", i))!.SequenceNumber.ToString().Length).Distinct();

        Assert.Equal([21, 22], digits);
    }

    [Theory]
    [InlineData(StreamView.KeysOnly, "KEYS_ONLY", false, false)]
    [InlineData(StreamView.NewImage, "NEW_IMAGE", true, false)]
    [InlineData(StreamView.OldImage, "OLD_IMAGE", false, true)]
    [InlineData(StreamView.NewAndOldImages, "NEW_AND_OLD_IMAGES", true, true)]
    public async Task S56_records_carry_the_images_of_the_view(StreamView view, string viewType, bool hasNew, bool hasOld)
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { View = view });
        table.Put(Item("a", 1));
        table.Put(Item("a", 2));
        table.Delete(Key("a"));

        using var page = await _streams.FirstPageAsync(table.StreamArn, table.Shards[0].Id);

        Assert.Equal([hasNew, hasNew, false], page.Records.Select(record => record.NewImage is not null));
        Assert.Equal([false, hasOld, hasOld], page.Records.Select(record => record.OldImage is not null));
        Assert.All(page.Records, record => Assert.Equal(viewType, record.StreamViewType));
        Assert.Equal(viewType, (await _streams.DescribeAsync(table.StreamArn)).ViewType);
    }

    [Fact]
    public async Task S54_expiry_says_that_the_service_made_the_change_in_upper_case()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { View = StreamView.OldImage });
        table.Put(Item("a", 1));
        table.Expire(Key("a"));

        using var page = await _streams.FirstPageAsync(table.StreamArn, table.Shards[0].Id);

        Assert.False(page.Records[0].IsTimeToLiveDelete);
        Assert.True(page.Records[1].IsTimeToLiveDelete);
        Assert.Contains("\"PrincipalId\"", Encoding.UTF8.GetString(page.Records[1].Utf8Json.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Update_keeps_the_attributes_that_it_does_not_name()
    {
        var table = _streams.CreateTable("Orders");
        table.Put(new TestItem().With("id", "a").With("value", 1).With("text", "x"));

        var written = table.Update(new TestItem().With("id", "a").With("value", 2));

        Assert.Equal(EventName.Modify, written!.EventName);
        Assert.Equal("""{"id":{"S":"a"},"value":{"N":"2"},"text":{"S":"x"}}""", table.Items[Key("a")]);
    }

    [Fact]
    public void Update_of_an_item_that_is_not_there_makes_it() =>
        Assert.Equal(EventName.Insert, _streams.CreateTable("Orders").Update(Item("a", 1))!.EventName);

    [Fact]
    public void S60_write_that_only_puts_a_set_in_another_order_changes_nothing()
    {
        var table = _streams.CreateTable("Orders");
        table.Put(new TestItem().With("id", "a").WithStringSet("tags", "x", "y"));

        Assert.Null(table.Put(new TestItem().With("id", "a").WithStringSet("tags", "y", "x")));
        Assert.Null(table.Delete(Key("b")));
        Assert.Null(table.Expire(Key("b")));
    }

    [Fact]
    public void Table_with_sort_key_keeps_items_apart_by_both_keys()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { SortKey = "line" });

        table.Put(new TestItem().With("id", "a").With("line", 1).With("value", 1));
        table.Put(new TestItem().With("id", "a").With("line", 2).With("value", 1));

        Assert.Equal(["""{"id":{"S":"a"},"line":{"N":"1"}}""", """{"id":{"S":"a"},"line":{"N":"2"}}"""], table.Items.Keys);
        Assert.Throws<ArgumentException>(() => table.Put(Item("a", 1)));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"value":{"N":"1"}}""")]
    [InlineData("""{"id":"a"}""")]
    [InlineData("""{"id":{"S":1}}""")]
    [InlineData("""{"id":{"BOOL":true}}""")]
    [InlineData("""{"id":{"S":"a"},"id":{"S":"b"}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"N":"ten"}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"B":"*"}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"SS":[]}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"SS":["x","x"]}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"NS":["x"]}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"L":["x"]}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"M":{"w":{"X":"x"}}}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"NULL":false}}""")]
    [InlineData("""{"id":{"S":"a"},"v":{"S":"x","N":"1"}}""")]
    public void Item_that_DynamoDB_would_not_take_is_refused(string json)
    {
        var table = _streams.CreateTable("Orders");

        Assert.Throws<ArgumentException>(() => table.Put(json));
        Assert.Empty(table.Items);
        Assert.Empty(table.Records);
    }

    [Fact]
    public async Task Item_of_every_type_arrives_as_it_was_built()
    {
        var table = _streams.CreateTable("Orders");
        table.Put(new TestItem()
            .With("id", "ö\"\u2028")
            .With("total", 12.50m)
            .WithNumber("digits", "12345678901234567890123456789012345678")
            .With("paid", true)
            .With("raw", [1, 2, 3])
            .WithNull("nothing")
            .WithStringSet("tags", "b", "a")
            .With("customer", new TestItem().With("name", "Ann"))
            .WithTyped("lines", """{"L":[{"N":"1"},{"M":{}}]}"""));

        var image = (await OnlyRecordAsync(table)).NewImage!;

        Assert.Equal("ö\"\u2028", image.GetString("id"));
        Assert.Equal("12.50", image["total"].AsNumberText());
        Assert.Equal("12345678901234567890123456789012345678", image["digits"].AsNumberText());
        Assert.True(image.GetBoolean("paid"));
        Assert.Equal([1, 2, 3], image.GetBytes("raw"));
        Assert.True(image["nothing"].IsNull);
        Assert.Equal(["a", "b"], image["tags"].AsStringSet().Order(StringComparer.Ordinal));
        Assert.Equal("Ann", image["customer"].AsMap().GetString("name"));
        Assert.Equal(2, image["lines"].AsList().Count);
    }

    [Fact]
    public async Task Malformed_record_reaches_the_reader_and_leaves_the_items_alone()
    {
        var table = _streams.CreateTable("Orders");

        table.AppendMalformed(Key("a"), """{"id":{"S":"a"},"value":{"N":12}}""");

        var record = await OnlyRecordAsync(table);
        Assert.Throws<Diagnostics.RecordFormatException>(() => record.NewImage!.GetInt64("value"));
        Assert.Empty(table.Items);
    }

    [Fact]
    public void Table_without_stream_keeps_items_and_yields_no_records()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { StreamEnabled = false });

        Assert.Null(table.Put(Item("a", 1)));

        Assert.Single(table.Items);
        Assert.Throws<InvalidOperationException>(() => table.StreamArn);
        Assert.Throws<InvalidOperationException>(() => table.AppendMalformed(Key("a"), "1"));
    }

    [Fact]
    public async Task Writers_in_parallel_lose_nothing()
    {
        var table = _streams.CreateTable("Orders", new InMemoryTableOptions { Shards = 4 });

        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), TestContext.Current.CancellationToken, (i, _) =>
        {
            table.Put(Item($"item-{i % 50}", i));
            return ValueTask.CompletedTask;
        });

        Assert.Equal(2000, table.Records.Count);
        Assert.Equal(2000, table.Records.Select(record => record.EventId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(50, table.Items.Count);
        foreach (var shard in table.Shards)
        {
            using var page = await _streams.FirstPageAsync(table.StreamArn, shard.Id);
            Assert.Equal(table.Records.Where(record => record.Shard == shard.Id).Select(record => record.EventId), page.Records.Select(record => record.EventId));
        }
    }
}
