using System.Text;
using System.Text.Json;
using CsCheck;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>Every way of scanning gives, on any bytes, what looking at one byte after the other gives.</summary>
public sealed class StructuralScannerTests
{
    private static readonly int s_iterations = Effort.Of(5000);

    private static readonly Gen<string> s_piece = Gen.OneOf(
        OneOf("{", "}", "[", "]", "\"", "\"", "\\", ",", ":", " ", "\n", "a", "1", "é", "\0", "\u000c", "\u001a", "\u00a2", "[", "{\"a\":", "\"b\",", "}", "\\\""),
        Gen.Select(OneOf('\\', 'x', '{', '}', '"', ' '), Gen.Int[1, 130]).Select((character, count) => new string(character, count)));

    private static readonly Gen<string> s_bytes = s_piece.Array[0, 60].Select(pieces => "{" + string.Concat(pieces));

    // An object whose quotes, and so its texts, are where they belong: nearly every one of these ends.
    private static readonly Gen<string> s_object = Gen.Select(
            OneOf("\"x\":", "\"\\\\\":\"\\\"}\",", "\"{}[]\":[{},{\"\":{}}],", " \"a\" : \"b\" , ", "\"y\":{\"N\":\"1.5\"},").Array[0, 30],
            Gen.Int[0, 130],
            Gen.Int[0, 130])
        .Select((members, text, run) => $"{{\"{new string('t', text)}\":\"{new string('\\', run * 2)}\",{string.Concat(members)}\"z\":0}}");

    public static TheoryData<string> Names => ["portable", "fastest"];

    internal static StructuralScanner Named(string name) => name == "portable" ? StructuralScanner.Portable : StructuralScanner.Fastest;

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_bytes_are_jumped_over_as_one_by_one(string scanner) => s_bytes.Sample(
        text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Assert.Equal(SkipOneByOne(bytes, 0), Named(scanner).Skip(bytes, 0));
        },
        iter: s_iterations);

    [Theory]
    [MemberData(nameof(Names))]
    public void Objects_are_jumped_over_to_their_end_whatever_stands_around_them(string scanner) => Gen.Select(s_object, s_bytes, s_bytes).Sample(
        (text, before, behind) =>
        {
            var bytes = Encoding.UTF8.GetBytes(before + text + behind);
            var start = Encoding.UTF8.GetByteCount(before);
            Assert.Equal(start + Encoding.UTF8.GetByteCount(text), SkipOneByOne(bytes, start));
            Assert.Equal(start + Encoding.UTF8.GetByteCount(text), Named(scanner).Skip(bytes, start));
        },
        iter: s_iterations);

    [Theory]
    [MemberData(nameof(Names))]
    public void Runs_of_backslashes_escape_the_same_at_every_place_of_a_block(string scanner)
    {
        for (var offset = 0; offset < 2 * StructuralBlock.Length; offset++)
        {
            for (var run = 0; run < (2 * StructuralBlock.Length) + 3; run++)
            {
                // With an odd run the quote behind it is escaped and the text goes on to the next one.
                var bytes = Encoding.UTF8.GetBytes($"{{\"{new string('a', offset)}{new string('\\', run)}\"{(run % 2 == 1 ? "}\"" : "")}:0}}}}");

                Assert.Equal(bytes.Length - 1, Named(scanner).Skip(bytes, 0));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_end_of_the_bytes_is_the_end(string scanner)
    {
        var bytes = Encoding.UTF8.GetBytes($"{{\"a\":[{{\"text\":\"{new string('x', 70)}\\\"\"}},[[]],\"\\\\\"],\"b\":{{}}}}");
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(-1, Named(scanner).Skip(bytes.AsSpan(0, length), 0));

        Assert.Equal(bytes.Length, Named(scanner).Skip(bytes, 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Depth_has_no_bound_and_costs_no_memory(string scanner)
    {
        const int Depth = 1_000_000;
        var bytes = Encoding.UTF8.GetBytes(new string('[', Depth) + new string(']', Depth));
        Named(scanner).Skip(bytes, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var end = Named(scanner).Skip(bytes, 0);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(bytes.Length, end);
    }

    [Theory]
    [InlineData("""{"a":"b"x}""")]
    [InlineData("""{"a":x"b"}""")]
    [InlineData("""{"a""b":1}""")]
    [InlineData("""{"a":[]"b":1}""")]
    [InlineData("""{"a":"b"{}}""")]
    [InlineData("""{"a":\}""")]
    [InlineData("""{"a":[0}""")]
    [InlineData("""{"a":"b]""")]
    [InlineData("""{"a":"lost, "b":"text"}{"c":"lost, "d":"text"}""")]
    public void Object_whose_texts_cannot_be_told_has_no_end(string json)
    {
        Assert.Equal(-1, StructuralScanner.Portable.Skip(Encoding.UTF8.GetBytes(json), 0));
        Assert.Equal(-1, StructuralScanner.Fastest.Skip(Encoding.UTF8.GetBytes(json), 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Members_are_found_where_their_tokens_are_unless_escaped_names_are_before_them(string scanner) => Gen.Select(PageText.Map, Gen.Int[0, 70]).Sample(
        (text, padding) =>
        {
            var bytes = Encoding.UTF8.GetBytes(text[1..].TrimStart().StartsWith('}') ? text : $"{{\"{new string('p', padding)}\":[{{}}],{text[1..]}");
            foreach (var name in new[] { "eventID", "Records", "Keys", "x", "", "é", "{", "none" }.Select(Encoding.UTF8.GetBytes))
                Assert.Equal(FindByTokens(bytes, name), Named(scanner).FindMember(bytes, name));
        },
        iter: s_iterations);

    [Theory]
    [MemberData(nameof(Names))]
    public void Member_is_found_at_every_place_of_a_block(string scanner)
    {
        for (var offset = 0; offset < 3 * StructuralBlock.Length; offset++)
        {
            var before = $$"""{"{{new string('a', offset)}}":{"id":"\\","n":["id"]},"x":"id" ,"idx":0,""";

            Assert.Equal(before.Length + 4, Named(scanner).FindMember(Encoding.UTF8.GetBytes(before + "\"id\" :1}"), "id"u8));
            Assert.Equal(StructuralScanner.NotFound, Named(scanner).FindMember(Encoding.UTF8.GetBytes(before + "\"ix\":1}"), "id"u8));
            Assert.Equal(StructuralScanner.Unknown, Named(scanner).FindMember(Encoding.UTF8.GetBytes(before + "\"i\\u0064\":1}"), "id"u8));
        }
    }

    [Fact]
    public void Readers_find_the_same_in_any_block() => Gen.Byte.Array[StructuralBlock.Length, StructuralBlock.Length + 5].Sample(
        bytes =>
        {
            var expected = new StructuralBlock(Where(bytes, "\""), Where(bytes, "\\"), Where(bytes, "{["), Where(bytes, "}]"), Where(bytes, ",:"));
            Assert.Equal(expected, PortableBlockReader.Read(bytes));
            if (Avx2BlockReader.IsSupported)
                Assert.Equal(expected, Avx2BlockReader.Read(bytes));
            Assert.Equal(expected.Quotes, PortableBlockReader.Find(bytes, (byte)'"'));
            if (Avx2BlockReader.IsSupported)
                Assert.Equal(expected.Quotes, Avx2BlockReader.Find(bytes, (byte)'"'));
        },
        iter: s_iterations);

    [Fact]
    public void Readers_fold_the_same_quotes() => Gen.ULong.Sample(
        quotes =>
        {
            var expected = 0UL;
            for (var i = 0; i < StructuralBlock.Length; i++)
                expected |= (ulong)(System.Numerics.BitOperations.PopCount(quotes << (StructuralBlock.Length - 1 - i)) & 1) << i;
            Assert.Equal(expected, PortableBlockReader.PrefixXor(quotes));
            if (Avx2BlockReader.IsSupported)
                Assert.Equal(expected, Avx2BlockReader.PrefixXor(quotes));
        },
        iter: s_iterations);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static ulong Where(byte[] bytes, string wanted)
    {
        var bits = 0UL;
        for (var i = 0; i < StructuralBlock.Length; i++)
            bits |= wanted.Contains((char)bytes[i], StringComparison.Ordinal) ? 1UL << i : 0;
        return bits;
    }

    /// <summary>What <see cref="StructuralScanner.FindMember"/> promises, by reading every token.</summary>
    private static int FindByTokens(byte[] bytes, byte[] name)
    {
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped)
                return StructuralScanner.Unknown;
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueSpan.SequenceEqual(name))
                return (int)reader.TokenStartIndex + name.Length + 2;
        }

        return StructuralScanner.NotFound;
    }

    /// <summary>What <see cref="StructuralScanner.Skip"/> promises, in the plainest way.</summary>
    private static int SkipOneByOne(byte[] bytes, int start)
    {
        var inText = false;
        var depth = 0;
        for (var i = start; i < bytes.Length; i++)
        {
            if (bytes[i] == '\\')
            {
                if (!inText)
                    return -1;
                i++;
            }
            else if (bytes[i] == '"')
            {
                inText = !inText;
                var neighbour = inText ? i - 1 : i + 1;
                if (neighbour < bytes.Length && !(inText ? " \n\r\t{[,:" : " \n\r\t}],:").Contains((char)bytes[neighbour], StringComparison.Ordinal))
                    return -1;
            }
            else if (!inText && bytes[i] is (byte)'{' or (byte)'[')
            {
                depth++;
            }
            else if (!inText && bytes[i] is (byte)'}' or (byte)']' && --depth == 0)
            {
                return bytes[i] - bytes[start] == '}' - '{' ? i + 1 : -1;
            }
        }

        return -1;
    }
}
