using System.Text;
using System.Text.Json;
using CsCheck;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;
using StreamWorker.Tests.Shared;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>The structural scan finds what reading every token finds; and of bytes that are not JSON it accepts only those whose fault is inside a record.</summary>
public sealed class RecordIndexTests
{
    private static readonly int s_iterations = Effort.Of(3000);

    [Fact]
    public void Any_page_has_the_records_that_its_tokens_say() => PageText.Page.Sample(
        page =>
        {
            var bytes = Encoding.UTF8.GetBytes(page);
            ReferenceIndex.Read(bytes);
            AssertSame(bytes);
        },
        iter: s_iterations);

    [Fact]
    public void Mutated_pages_are_refused_or_wrong_only_inside_their_records()
    {
        var pages = new List<string>();
        PageText.Page.Sample(pages.Add, iter: 200, threads: 1);
        pages.AddRange([$$"""{"Records":[{{Records.Insert}},{{Records.Insert}}],"NextShardIterator":"x"}""", "{\"Records\":[{\"dynamodb\":{\"NewImage\":{\"text\":{\"S\":\"" + new string('x', 100) + "\\\"\"}}}}]}"]);
        var mutation = new Mutation(Mutation.Seed);
        var accepted = 0;
        for (var round = 0; round < Mutation.Rounds; round++)
        {
            var bytes = mutation.Next(pages);
            try
            {
                accepted += AssertSame(bytes) ? 1 : 0;
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {Mutation.Seed}, round {round}: {Encoding.UTF8.GetString(bytes)} ({Convert.ToHexString(bytes)})\n{e}");
            }
        }

        Assert.InRange(accepted, Mutation.Rounds / 20, Mutation.Rounds);
    }

    [Fact]
    public void Random_pieces_of_JSON_are_refused_or_wrong_only_inside_their_records() =>
        Gen.Int[0, 13].Array[0, 40].Sample(
            pieces =>
            {
                var text = string.Concat(pieces.Select(piece => "{ } [ ] \" \\ , : 1 null a \"x\" \"dynamodb\": {\"a\":".Split(' ')[piece]));
                AssertSame(Encoding.UTF8.GetBytes($$"""{"Records":[{{text}}]}"""));
                AssertSame(Encoding.UTF8.GetBytes(text));
            },
            iter: 20 * s_iterations);

    [Fact]
    public void Random_bytes_are_refused() => Gen.Byte.Array[0, 200].Sample(bytes => Assert.False(AssertSame(bytes)), iter: s_iterations);

    [Fact]
    public void Every_cut_page_is_refused()
    {
        var page = Encoding.UTF8.GetBytes($$"""{"Records":[{{Records.Insert}},{{Records.Insert}}],"NextShardIterator":"next"}""");
        for (var length = 0; length < page.Length; length++)
            Assert.False(AssertSame(page[..length]));
        Assert.True(AssertSame(page));
    }

    /// <summary>Tells whether the bytes are a page; fails when one scanner sees what the other does not, or what the tokens do not say.</summary>
    private static bool AssertSame(byte[] bytes)
    {
        var portable = Read(bytes, StructuralScanner.Portable);
        var fastest = Read(bytes, StructuralScanner.Fastest);
        Assert.Equal(portable?.Records, fastest?.Records);
        Assert.Equal(portable?.Iterator, fastest?.Iterator);

        var expected = ReadReference(bytes);
        if (expected is not null)
        {
            Assert.NotNull(portable);
            Assert.Equal(expected.Records, portable.Value.Records);
            Assert.Equal(expected.NextShardIterator, portable.Value.Iterator);
        }
        else if (portable is { } accepted)
        {
            AssertSameBesideRecords(bytes, accepted.Records, accepted.Iterator);
        }

        return portable is not null;
    }

    /// <summary>The page is JSON but for what is inside records, and each record that is JSON has the members that its tokens say.</summary>
    private static void AssertSameBesideRecords(byte[] bytes, List<RecordEnvelope> records, string? iterator)
    {
        var beside = new List<byte>();
        var done = 0;
        var wrong = 0;
        foreach (var record in records)
        {
            Assert.InRange(record.Whole.Start, done, bytes.Length);
            Assert.InRange(record.Whole.Length, 1, bytes.Length - record.Whole.Start);
            beside.AddRange(bytes[done..record.Whole.Start]);
            beside.Add((byte)'0');
            done = record.Whole.Start + record.Whole.Length;

            // The same place in bytes of which all else is white space.
            var alone = Enumerable.Repeat((byte)' ', bytes.Length + 20).ToArray();
            "{\"Records\":["u8.CopyTo(alone);
            bytes[record.Whole.Start..done].CopyTo(alone, record.Whole.Start + 12);
            "]}"u8.CopyTo(alone.AsSpan(done + 12));
            if (ReadReference(alone) is { } expected)
                Assert.Equal(Assert.Single(expected.Records), Moved(record, 12));
            else
                wrong++;
        }

        beside.AddRange(bytes[done..]);
        var around = ReadReference([.. beside]);
        Assert.NotNull(around);
        Assert.Equal(records.Count, around.Records.Count);
        Assert.Equal(iterator, around.NextShardIterator);
        Assert.NotEqual(0, wrong);
    }

    private static RecordEnvelope Moved(RecordEnvelope record, int by) => record with
    {
        Whole = Moved(record.Whole, by),
        EventId = Moved(record.EventId, by),
        EventName = Moved(record.EventName, by),
        Region = Moved(record.Region, by),
        UserIdentity = Moved(record.UserIdentity, by),
        SourceArn = Moved(record.SourceArn, by),
        Keys = Moved(record.Keys, by),
        NewImage = Moved(record.NewImage, by),
        OldImage = Moved(record.OldImage, by),
        SequenceNumber = Moved(record.SequenceNumber, by),
        CreationTime = Moved(record.CreationTime, by),
        Size = Moved(record.Size, by),
        ViewType = Moved(record.ViewType, by),
    };

    private static Slice Moved(Slice slice, int by) => slice.IsAbsent ? slice : slice with { Start = slice.Start + by };

    private static (List<RecordEnvelope> Records, string? Iterator)? Read(byte[] bytes, StructuralScanner scanner)
    {
        try
        {
            var index = RecordIndex.Read(new RecordBytes(bytes, default, scanner));
            return ([.. index.Records.Select(record => record.Envelope)], index.NextShardIterator);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ReferenceIndex? ReadReference(byte[] bytes)
    {
        try
        {
            return ReferenceIndex.Read(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
