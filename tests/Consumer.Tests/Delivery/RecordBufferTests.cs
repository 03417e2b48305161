using CsCheck;

namespace StreamWorker.Consumer.Tests;

public sealed class RecordBufferTests
{
    private readonly Pages _pages = new();

    [Fact]
    public void Buffer_gives_batches_that_span_pages_in_stream_order()
    {
        using var buffer = new RecordBuffer();
        buffer.Add(_pages.Of(1, 3));
        buffer.Add(_pages.Of(4, 4));
        buffer.Add(_pages.Of(5, 8));
        buffer.Finish(2);
        Assert.Equal([3, 4, 5, 6], Pages.NumbersOf(buffer.Peek(4)));
        Assert.Equal([3, 4, 5, 6, 7, 8], Pages.NumbersOf(buffer.Peek(100)));
    }

    [Fact]
    public void Buffer_disposes_of_a_page_exactly_when_its_last_record_is_finished()
    {
        using var buffer = new RecordBuffer();
        buffer.Add(_pages.Of(1, 3));
        buffer.Add(_pages.Of(4, 5));
        buffer.Finish(2);
        Assert.Equal(2, _pages.Open);
        buffer.Finish(1);
        Assert.Equal(1, _pages.Open);
        buffer.Finish(2);
        Assert.Equal(0, _pages.Open);
        Assert.Equal(0, buffer.Count);
    }

    [Fact]
    public void Buffer_disposes_of_several_pages_that_one_batch_finishes()
    {
        using var buffer = new RecordBuffer();
        buffer.Add(_pages.Of(1, 1));
        buffer.Add(_pages.Of(2, 2));
        buffer.Add(_pages.Of(3, 4));
        buffer.Finish(3);
        Assert.Equal(1, _pages.Open);
        Assert.Equal([4], Pages.NumbersOf(buffer.Peek(10)));
    }

    [Fact]
    public void Buffer_disposes_of_a_page_without_records_at_once()
    {
        using var buffer = new RecordBuffer();
        buffer.Add(_pages.Of(1, 0));
        Assert.Equal(0, _pages.Open);
        Assert.Empty(buffer.Peek(10));
    }

    [Fact]
    public void Buffer_that_is_disposed_gives_every_page_back()
    {
        var buffer = new RecordBuffer();
        buffer.Add(_pages.Of(1, 3));
        buffer.Add(_pages.Of(4, 5));
        buffer.Dispose();
        Assert.Equal(0, _pages.Open);
        Assert.Equal(0, buffer.Count);
    }

    [Fact]
    public void Buffer_holds_exactly_the_records_that_are_not_finished_and_only_their_pages() =>
        Gen.Select(Gen.Int[0, 5].Array[1, 8], Gen.Int[1, 7].Array[0, 20]).Sample((sizes, steps) =>
        {
            var pages = new Pages();
            using var buffer = new RecordBuffer();
            long next = 1;
            var lastOf = new List<long>();
            foreach (var size in sizes)
            {
                buffer.Add(pages.Of(next, next + size - 1));
                next += size;
                if (size > 0)
                    lastOf.Add(next - 1);
            }

            long finished = 0;
            foreach (var step in steps)
            {
                var batch = buffer.Peek(step);
                Assert.Equal(Enumerable.Range(1, batch.Count).Select(i => finished + i), Pages.NumbersOf(batch));
                buffer.Finish(batch.Count);
                finished += batch.Count;
                Assert.Equal(next - 1 - finished, buffer.Count);
                Assert.Equal(lastOf.Count(last => last > finished), pages.Open);
            }
        });
}
