using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

public sealed class RecordPageTests
{
    [Fact]
    public void Answer_of_GetRecords_gives_its_records_in_order_and_the_next_iterator()
    {
        var json = $$"""{"NextShardIterator":"n\u0065xt","Records":[{{Records.Insert}},{"eventID":"second"}],"MillisBehindLatest":7}""";

        using var page = Records.PageOf(json);

        Assert.Equal(["c9fbe7d0261a5163fcb6940593e41797", "second"], page.Records.Select(record => record.EventId));
        Assert.Equal("next", page.NextShardIterator);
        Assert.Equal(Encoding.UTF8.GetByteCount(json), page.SizeInBytes);
    }

    [Theory]
    [InlineData("""{"Records":[]}""")]
    [InlineData("""{"Records":[],"NextShardIterator":null}""")]
    public void S21_answer_without_next_iterator_says_so(string json)
    {
        using var page = Records.PageOf(json);

        Assert.Empty(page.Records);
        Assert.Null(page.NextShardIterator);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"records":[]}""")]
    [InlineData("""{"Records":{}}""")]
    [InlineData("""{"Records":null}""")]
    [InlineData("""{"Records":[""")]
    [InlineData("""{"Records":[]}}""")]
    [InlineData("""{"Records":[]} {"Records":[]}""")]
    [InlineData("""{"Records":[],"NextShardIterator":12}""")]
    [InlineData("""{"Records":[],"NextShardIterator":"\ud800"}""")]
    [InlineData("""{"Records":[{]}""")]
    public void Bytes_that_are_no_page_are_refused_as_a_whole(string json) => Assert.ThrowsAny<JsonException>(() => Records.PageOf(json));

    [Theory]
    [InlineData("12")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"dynamodb":[1]}""")]
    [InlineData("""{"eventID":{},"eventName":[],"dynamodb":{"SequenceNumber":1,"Keys":true,"NewImage":[],"ApproximateCreationDateTime":"x"}}""")]
    [InlineData("""{"\ud800ab":1,"dynamodb":{"\ud800Number789012":1}}""")]
    public void Malformed_record_fails_alone(string malformed)
    {
        using var page = Records.Page(Records.Insert, malformed, Records.Insert);

        Assert.Equal(3, page.Records.Count);
        Assert.Throws<RecordFormatException>(() => page.Records[1].EventId);
        Assert.Throws<RecordFormatException>(() => page.Records[1].SequenceNumber);
        Assert.Throws<RecordFormatException>(() => page.Records[1].EventName);
        Assert.Throws<RecordFormatException>(() => page.Records[1].Keys.GetString("id"));
        Assert.Equal("12.50", page.Records[2].NewImage!["total"].AsNumberText());
    }

    [Theory]
    [InlineData("12")]
    [InlineData("[{}]")]
    [InlineData("nonsense")]
    [InlineData("""{"eventID":"1" "eventName":"INSERT","dynamodb":{"SequenceNumber":"1","NewImage":{}}}""")]
    [InlineData("""{"dynamodb":{"NewImage":{},},"eventID":"1"}""")]
    [InlineData("""{"dynamodb":{"SequenceNumber":"1","NewImage":{"a":{"S":"x"}],"Keys":{}},"eventID":"1"}""")]
    public void Record_whose_members_cannot_be_told_apart_has_none_not_even_absent_ones(string malformed)
    {
        using var page = Records.Page(Records.Insert, malformed, Records.Insert);
        var record = page.Records[1];

        Action[] reads =
        [
            () => _ = record.EventId, () => _ = record.EventName, () => _ = record.SequenceNumber, () => _ = record.StreamArn, () => _ = record.ApproximateCreationTime,
            () => _ = record.SizeBytes, () => _ = record.StreamViewType, () => _ = record.AwsRegion, () => _ = record.Keys, () => _ = record.NewImage, () => _ = record.OldImage,
            () => _ = record.UserIdentity, () => _ = record.IsTimeToLiveDelete, () => _ = record.Detach().NewImage,
        ];

        Assert.All(reads, read => Assert.Throws<RecordFormatException>(read));
        Assert.False(record.HasSequenceNumber);
        Assert.Equal(malformed, Encoding.UTF8.GetString(record.Utf8Json.Span));
        Assert.Equal("12.50", page.Records[0].NewImage!.GetNumberText("total"));
        Assert.Equal("12.50", page.Records[2].NewImage!.GetNumberText("total"));
    }

    [Theory]
    [InlineData("""{"a":{"BOOL":tru}}""")]
    [InlineData("""{"a":{"S":"\x"}}""")]
    [InlineData("""{"a":{"S" "x"}}""")]
    [InlineData("""{"a":{"L":[{"S":"x"},]}}""")]
    [InlineData("""{"a":{"L":[}}}""")]
    [InlineData("{\"a\":{\"S\":\"line\nbreak\"}}")]
    public void Image_that_is_not_JSON_fails_its_record_alone_when_it_is_read(string image)
    {
        using var page = Records.Page(Records.Insert, $$$"""{"eventID":"e","dynamodb":{"Keys":{"id":{"S":"k"}},"NewImage":{{{image}}},"SequenceNumber":"7"}}""", Records.Insert);
        var record = page.Records[1];

        Assert.Equal("e", record.EventId);
        Assert.Equal("k", record.Keys.GetString("id"));
        var error = Assert.Throws<RecordFormatException>(() => record.NewImage!.ToString());
        Assert.Equal("dynamodb.NewImage.a", error.AttributePath);
        Assert.Equal(SequenceNumber.Parse("7"), error.SequenceNumber);
        Assert.Equal("12.50", page.Records[2].NewImage!.GetNumberText("total"));
    }

    [Fact]
    public void Records_that_lost_a_quote_each_do_not_become_one()
    {
        // Between the lost quotes, what was text looks like structure and the other way round.
        const string Image = """{"eventID":"1","dynamodb":{"NewImage":{"a":{"S":"lost},"b":{"S":"kept"}}}}""";

        Assert.Throws<JsonException>(() => Records.Page(Records.Insert, Image, Image, Records.Insert));
    }

    [Fact]
    public void Page_nested_without_end_is_refused_without_end_of_stack() =>
        Assert.Throws<JsonException>(() => Records.PageOf("{\"Records\":[{\"a\":" + new string('[', 1_000_000)));

    [Fact]
    public void Record_nested_without_reason_is_indexed_like_any_other()
    {
        using var page = Records.Page($"{{\"eventID\":\"deep\",\"x\":{new string('[', 100_000)}{new string(']', 100_000)}}}", Records.Insert);

        Assert.Equal("deep", page.Records[0].EventId);
        Assert.Equal("12.50", page.Records[1].NewImage!.GetNumberText("total"));
    }

    [Fact]
    public void Escaped_member_names_are_understood()
    {
        using var page = Records.Page("""{"event\u0049D":"e","dynamodb":{"\u0053equenceNumber":"7"}}""");

        Assert.Equal("e", page.Records[0].EventId);
        Assert.Equal(SequenceNumber.Parse("7"), page.Records[0].SequenceNumber);
    }

    [Fact]
    public void Disposing_gives_the_buffer_back_once_and_ends_every_view_of_it()
    {
        var buffer = new CountingBuffer($$"""{"Records":[{{Records.Insert}}]}""");
        var page = RecordPage.Parse(buffer, buffer.Length, Records.Stream);
        var record = page.Records[0];
        var image = record.NewImage!;
        var total = image["total"];

        page.Dispose();
        page.Dispose();

        Assert.Equal(1, buffer.Disposals);
        Assert.Throws<ObjectDisposedException>(() => record.EventId);
        Assert.Throws<ObjectDisposedException>(() => record.EventName);
        Assert.Throws<ObjectDisposedException>(() => record.Utf8Json);
        Assert.Throws<ObjectDisposedException>(() => record.ApproximateCreationTime);
        Assert.Throws<ObjectDisposedException>(() => record.Detach());
        Assert.Throws<ObjectDisposedException>(() => image.Utf8Json);
        Assert.Throws<ObjectDisposedException>(() => image["total"]);
        Assert.Throws<ObjectDisposedException>(() => total.AsDecimal());
        Assert.Equal(SequenceNumber.Parse("300000000000000499659"), record.SequenceNumber);
    }

    [Fact]
    public void Detached_record_outlives_its_page_with_all_that_it_holds()
    {
        StreamRecord kept;
        string json;
        using (var page = Records.Page("{}", Records.Insert))
        {
            kept = page.Records[1].Detach();
            json = Encoding.UTF8.GetString(page.Records[1].Utf8Json.Span);
        }

        Assert.Equal(json, Encoding.UTF8.GetString(kept.Utf8Json.Span));
        Assert.Equal("o-1", kept.Keys.GetString("id"));
        Assert.Equal(12.5m, kept.NewImage!.GetDecimal("total"));
        Assert.Equal(Records.Stream, kept.StreamArn);
        Assert.Equal(SequenceNumber.Parse("300000000000000499659"), kept.SequenceNumber);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"Records":{}}""")]
    public void Buffer_that_holds_no_page_is_given_back(string json)
    {
        var buffer = new CountingBuffer(json);

        Assert.ThrowsAny<JsonException>(() => RecordPage.Parse(buffer, buffer.Length, Records.Stream));

        Assert.Equal(1, buffer.Disposals);
    }

    [Fact]
    public void Buffer_is_given_back_when_its_length_is_wrong()
    {
        var buffer = new CountingBuffer("{}");

        Assert.ThrowsAny<ArgumentException>(() => RecordPage.Parse(buffer, buffer.Length + 1, Records.Stream));

        Assert.Equal(1, buffer.Disposals);
    }

    [Fact]
    public void Bytes_behind_the_answer_in_its_buffer_do_not_count()
    {
        var buffer = new CountingBuffer("""{"Records":[]}garbage""");

        using var page = RecordPage.Parse(buffer, """{"Records":[]}""".Length, Records.Stream);

        Assert.Empty(page.Records);
    }

    [Fact]
    public void Skipped_records_are_not_in_the_page()
    {
        using var page = Records.Page("""{"eventID":"1"}""", """{"eventID":"2"}""", """{"eventID":"3"}""");

        page.SkipFirst(2);

        Assert.Equal("3", Assert.Single(page.Records).EventId);
    }

    [Fact]
    public void Page_that_is_shared_gives_its_buffer_back_with_the_last_of_its_users()
    {
        var buffer = new CountingBuffer("""{"Records":[{"eventID":"1"},{"eventID":"2"}],"NextShardIterator":"next"}""");
        var first = RecordPage.Parse(buffer, buffer.Length, Records.Stream);
        var (isFirstTold, isReleaseTold) = (0, 0);
        first.WhenDisposed(() => isFirstTold++);
        first.WhenReleased(() => isReleaseTold++);
        var second = first.Share();
        var third = second.Share();

        first.Dispose();
        first.Dispose();
        second.Dispose();

        Assert.Equal((0, 1, 0), (buffer.Disposals, isFirstTold, isReleaseTold));
        Assert.Equal(["1", "2"], third.Records.Select(record => record.EventId));
        Assert.Equal("next", third.NextShardIterator);
        var record = third.Records[0];
        third.Dispose();
        Assert.Equal((1, 1, 1), (buffer.Disposals, isFirstTold, isReleaseTold));
        Assert.Throws<ObjectDisposedException>(() => record.EventId);
        Assert.Throws<ObjectDisposedException>(() => third.Share());
    }

    [Fact]
    public void Records_that_one_user_of_a_shared_page_skips_are_there_for_the_others()
    {
        using var one = Records.Page("""{"eventID":"1"}""", """{"eventID":"2"}""", """{"eventID":"3"}""");
        using var other = one.Share();

        one.SkipFirst(2);
        using var later = one.Share();
        other.SkipFirst(1);

        Assert.Equal(["3"], one.Records.Select(record => record.EventId));
        Assert.Equal(["2", "3"], other.Records.Select(record => record.EventId));
        Assert.Equal(["3"], later.Records.Select(record => record.EventId));
    }

    private sealed class CountingBuffer(string text) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

        public int Length => _bytes.Length;

        public int Disposals { get; private set; }

        public Memory<byte> Memory => _bytes;

        public void Dispose() => Disposals++;
    }
}
