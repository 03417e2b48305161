using CsCheck;

namespace StreamWorker.Consumer.Tests;

public sealed class RecordBufferTests
{
    private readonly Pages _pages = new();
    private readonly RecordBuffer _buffer = new();

    [Fact]
    public void Buffer_disposes_of_a_page_exactly_when_its_last_record_is_finished_whatever_the_order()
    {
        var first = _buffer.Add(_pages.Of(1, 3));
        var second = _buffer.Add(_pages.Of(4, 5));
        Finish(second[0], second[1]);
        Assert.Equal(1, _pages.Open);
        Finish(first[2], first[0]);
        Assert.Equal(1, _pages.Open);
        Finish(first[1]);
        Assert.Equal(0, _pages.Open);
        Assert.Equal(0, _buffer.Unfinished);
        Assert.Equal(0, _buffer.Bytes);
    }

    [Fact]
    public void Buffer_disposes_of_a_page_without_records_at_once()
    {
        Assert.Empty(_buffer.Add(_pages.Of(1, 0)));
        Assert.Equal(0, _pages.Open);
    }

    [Fact]
    public void Buffer_that_is_cleared_gives_every_page_back()
    {
        Finish(_buffer.Add(_pages.Of(1, 3))[1]);
        _buffer.Add(_pages.Of(4, 5));
        _buffer.Clear();
        Assert.Equal(0, _pages.Open);
        Assert.Equal(0, _buffer.Unfinished);
    }

    [Fact]
    public void Record_that_is_detached_can_be_read_without_its_page()
    {
        var record = Assert.Single(_buffer.Add(_pages.Of(7, 7)));
        _buffer.Detach(record);
        Assert.Equal(0, _pages.Open);
        Assert.Equal(Pages.Number(7), record.Record.SequenceNumber);
        Finish(record);
        Assert.Equal(Pages.Number(7), _buffer.Position);
    }

    [Fact]
    public void Position_P14_stays_before_the_first_unfinished_record_and_what_is_finished_behind_it_takes_the_room_of_its_rows()
    {
        var records = _buffer.Add(_pages.Of(1, 9));
        Finish(records[3], records[1], records[2], records[6], records[8], records[7]);
        Assert.Null(_buffer.Position);
        Assert.Equal([(2, 4), (7, 9)], FinishedBehind());
        Finish(records[0]);
        Assert.Equal(Pages.Number(4), _buffer.Position);
        Assert.Equal([(7, 9)], FinishedBehind());
        Assert.Same(records[4], _buffer.First);
        Finish(records[5], records[4]);
        Assert.Equal(Pages.Number(9), _buffer.Position);
        Assert.Null(_buffer.First);
    }

    [Fact]
    public void Position_I3_is_the_last_record_before_which_none_is_unfinished_in_whatever_order_they_are_finished() =>
        Gen.Select(Gen.Int[1, 5].Array[1, 8], Gen.Int[0, 1_000].Array[60], Gen.Int[0, 40]).Sample((sizes, order, steps) =>
        {
            var pages = new Pages();
            var buffer = new RecordBuffer();
            var records = new List<PendingRecord>();
            foreach (var size in sizes)
                records.AddRange(buffer.Add(pages.Of(records.Count + 1, records.Count + size)));
            var open = records.Select((record, index) => (record, index)).OrderBy(entry => order[entry.index]).Select(entry => entry.record).ToList();
            var done = new HashSet<PendingRecord>();
            foreach (var record in open.Take(steps))
            {
                buffer.Finish(record);
                done.Add(record);
                var prefix = records.TakeWhile(done.Contains).Count();
                Assert.Equal(prefix == 0 ? null : records[prefix - 1].SequenceNumber, buffer.Position);
                Assert.Equal(records.Count - done.Count, buffer.Unfinished);
                var behind = buffer.FinishedBehind.SelectMany(row => records.Where(other => other.SequenceNumber >= row.From && other.SequenceNumber <= row.To)).ToList();
                Assert.Equal(records.Skip(prefix).Where(done.Contains), behind);
            }

            var firstOf = 0;
            var held = 0;
            foreach (var size in sizes)
            {
                held += records.Skip(firstOf).Take(size).All(done.Contains) ? 0 : 1;
                firstOf += size;
            }

            Assert.Equal(held, pages.Open);
        });

    private void Finish(params PendingRecord[] records)
    {
        foreach (var record in records)
            _buffer.Finish(record);
    }

    private IReadOnlyList<(long From, long To)> FinishedBehind() => [.. _buffer.FinishedBehind.Select(row => (Pages.NumberOf(row.From), Pages.NumberOf(row.To)))];
}
