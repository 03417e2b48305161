using System.Text;
using System.Text.Json;

namespace StreamWorker.Core.Tests;

/// <summary>Pages that are read from a stream.</summary>
public sealed class RecordPageReadTests
{
    private const string Event = $$"""{"Records":[{{Records.Insert}},{{Records.Insert}}]}""";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task V1_event_is_read_from_a_stream_in_pieces_of_any_size(int piece)
    {
        using var page = await RecordPage.ReadAsync(new Pieces(Event, piece));

        Assert.Equal(Encoding.UTF8.GetByteCount(Event), page.SizeInBytes);
        Assert.Equal([12.5m, 12.5m], page.Records.Select(record => record.NewImage!.GetDecimal("total")));
    }

    [Fact]
    public async Task Event_that_is_larger_than_any_first_guess_is_read()
    {
        var records = string.Join(',', Enumerable.Repeat(Records.Insert, 1000));

        using var page = await RecordPage.ReadAsync(new Pieces($$"""{"Records":[{{records}}]}""", 4096));

        Assert.Equal(1000, page.Records.Count);
        Assert.All(page.Records, record => Assert.Equal("o-1", record.Keys.GetString("id")));
    }

    [Fact]
    public async Task Event_of_exactly_the_allowed_size_is_read_and_a_larger_one_is_refused_by_its_limit()
    {
        var size = Encoding.UTF8.GetByteCount(Event);

        using var page = await RecordPage.ReadAsync(new Pieces(Event, 64), size);
        var source = new Pieces(Event, 64);
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await RecordPage.ReadAsync(source, size - 1));

        Assert.Equal(2, page.Records.Count);
        Assert.Contains($"{size - 1} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_is_taken_of_an_endless_stream_than_it_takes_to_know()
    {
        var endless = new Pieces(new string(' ', 1_000_000), int.MaxValue);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await RecordPage.ReadAsync(endless, 10_000));

        Assert.Equal(10_001, endless.Position);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"Records":[""")]
    public async Task Stream_that_holds_no_event_is_refused(string json) =>
        await Assert.ThrowsAnyAsync<JsonException>(async () => await RecordPage.ReadAsync(new Pieces(json, 3)));

    [Fact]
    public async Task Reading_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await RecordPage.ReadAsync(new Pieces(Event, 1), cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task Limit_is_one_byte_or_more() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await RecordPage.ReadAsync(new Pieces("{}", 1), 0));

    [Fact]
    public async Task Memory_is_used_again_only_after_the_page_is_disposed_of()
    {
        var page = await RecordPage.ReadAsync(new Pieces(Event, 64));
        var record = page.Records[0];
        using (var other = await RecordPage.ReadAsync(new Pieces(Event.Replace("o-1", "o-2", StringComparison.Ordinal), 64)))
            Assert.Equal("o-1", record.Keys.GetString("id"));

        page.Dispose();
        page.Dispose();

        Assert.Throws<ObjectDisposedException>(() => record.Keys.GetString("id"));
    }

    /// <summary>A stream that gives so much at a time.</summary>
    private sealed class Pieces(string text, int size) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
