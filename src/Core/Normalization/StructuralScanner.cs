using System.Numerics;
using System.Runtime.CompilerServices;

namespace StreamWorker.Normalization;

/// <summary>Finds ends in JSON by its structure alone, 64 bytes at a time, without looking at what the tokens are.</summary>
internal abstract class StructuralScanner
{
    /// <summary>There is no such member.</summary>
    public const int NotFound = -1;

    /// <summary>Whether there is such a member cannot be told without reading the names.</summary>
    public const int Unknown = -2;

    /// <summary>Gets the scanner that every processor can run.</summary>
    public static StructuralScanner Portable { get; } = new StructuralScanner<PortableBlockReader>();

    /// <summary>Gets the fastest scanner that this processor can run.</summary>
    public static StructuralScanner Fastest { get; } = Avx2BlockReader.IsSupported ? new StructuralScanner<Avx2BlockReader>() : Portable;

    /// <summary>Jumps over an object or a list.</summary>
    /// <param name="utf8">Any bytes.</param>
    /// <param name="start">Where the opening brace or bracket is.</param>
    /// <returns>The position behind the closing one; -1 when there is none, or when quotes stand where no text can begin or end, so that what is text and what is not cannot be told.</returns>
    /// <remarks>Braces and brackets inside need not match by kind, and tokens need not be valid. Takes time in proportion to what is jumped over, and no memory, however deep it nests.</remarks>
    public abstract int Skip(ReadOnlySpan<byte> utf8, int start);

    /// <summary>Looks for a member of an object that has been jumped over before. What is nested in it is not looked at.</summary>
    /// <param name="json">The object, from brace to brace.</param>
    /// <param name="name">The member's name, which is one that JSON need not escape.</param>
    /// <returns>The position behind the name of the first such member; <see cref="NotFound"/>, or <see cref="Unknown"/> when a name before it is written with escapes and might be the same.</returns>
    public abstract int FindMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name);
}

/// <inheritdoc/>
internal sealed class StructuralScanner<TReader> : StructuralScanner
    where TReader : IBlockReader
{
    private const int NotInBlock = -1;

    public override int Skip(ReadOnlySpan<byte> utf8, int start)
    {
        var texts = default(TextTracker);
        var depth = 0;
        var beginsBefore = 0UL;
        var endsBefore = 0UL;
        for (var left = utf8.Length - start; left > 0; left -= StructuralBlock.Length)
        {
            var at = utf8.Length - left;
            var block = left >= StructuralBlock.Length ? TReader.Read(utf8[at..]) : ReadTail(utf8[at..]);
            var inText = texts.Next<TReader>(block, out var quotes);
            var openers = block.Openers & ~inText;
            var closers = block.Closers & ~inText;
            var separators = block.Separators & ~inText;

            var closing = BitOperations.PopCount(closers);
            var end = closing >= depth ? FindEnd(openers, closers, depth) : NotInBlock;

            // Before a text stands what opens or separates, behind it what closes or separates. White space may stand between, and is looked for only where neither does.
            var begins = openers | separators;
            var ends = quotes & ~inText;
            var oddBefore = quotes & inText & ~((begins << 1) | beginsBefore);
            var oddBehind = ((ends << 1) | endsBefore) & ~(closers | separators);
            var oddBackslashes = block.Backslashes & ~inText;
            if ((oddBefore | oddBehind | oddBackslashes) != 0)
            {
                var upToEnd = end == NotInBlock ? ulong.MaxValue : (2UL << end) - 1;
                if ((oddBackslashes & upToEnd) != 0 || !AreSpaced(utf8, at - 1, oddBefore & upToEnd) || !AreSpaced(utf8, at, oddBehind & upToEnd))
                    return -1;
            }

            if (end != NotInBlock)
                return utf8[at + end] - utf8[start] == '}' - '{' ? at + end + 1 : -1;
            depth += BitOperations.PopCount(openers) - closing;
            beginsBefore = begins >> (StructuralBlock.Length - 1);
            endsBefore = ends >> (StructuralBlock.Length - 1);
        }

        return -1;
    }

    public override int FindMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var texts = default(TextTracker);
        var depth = 0;
        var first = name.IsEmpty ? (byte)'"' : name[0];
        for (var left = json.Length; left > 0; left -= StructuralBlock.Length)
        {
            var at = json.Length - left;
            StructuralBlock block;
            ulong beginsAlike;
            if (left >= StructuralBlock.Length)
            {
                block = TReader.Read(json[at..]);
                beginsAlike = TReader.Find(json[at..], first);
            }
            else
            {
                block = ReadTail(json[at..]);
                beginsAlike = ulong.MaxValue;
            }

            var inText = texts.Next<TReader>(block, out var quotes);
            var openers = block.Openers & ~inText;
            var closers = block.Closers & ~inText;

            // Texts that begin alike, as what follows the last byte may, and where texts are escaped: they matter at the depth of the object's own names.
            const ulong LastByte = 1UL << (StructuralBlock.Length - 1);
            var escapes = block.Backslashes & ~(block.Backslashes << 1);
            for (var places = (quotes & inText & ((beginsAlike >> 1) | LastByte)) | escapes; places != 0; places &= places - 1)
            {
                var below = (places & (0 - places)) - 1;
                if (depth + BitOperations.PopCount(openers & below) - BitOperations.PopCount(closers & below) != 1)
                    continue;
                if ((escapes & (below + 1)) != 0)
                    return Unknown;
                var start = at + BitOperations.TrailingZeroCount(places) + 1;
                if (IsName(json, start, name))
                    return start + name.Length + 1;
            }

            depth += BitOperations.PopCount(openers) - BitOperations.PopCount(closers);
        }

        return NotFound;
    }

    /// <summary>Tells whether this text and no more stands here, and a colon behind it: a value that looks the same is none.</summary>
    private static bool IsName(ReadOnlySpan<byte> json, int start, ReadOnlySpan<byte> name)
    {
        var rest = json[start..];
        return rest.Length > name.Length
            && rest[..name.Length].SequenceEqual(name)
            && rest[name.Length] == '"'
            && rest[(name.Length + 1)..].TrimStart(" \n\r\t"u8) is [(byte)':', ..];
    }

    /// <summary>Gives the first closer that takes the depth down to nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindEnd(ulong openers, ulong closers, int depth)
    {
        while (closers != 0)
        {
            depth--;
            var below = closers ^ (closers - 1);
            if (depth + BitOperations.PopCount(openers & below) == 0)
                return BitOperations.TrailingZeroCount(closers);
            closers &= closers - 1;
        }

        return NotInBlock;
    }

    /// <summary>Tells whether white space stands at each of these places.</summary>
    private static bool AreSpaced(ReadOnlySpan<byte> utf8, int at, ulong places)
    {
        for (; places != 0; places &= places - 1)
        {
            // Behind the last byte there is nothing that could be wrong.
            var place = at + BitOperations.TrailingZeroCount(places);
            if (place < utf8.Length && utf8[place] is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                return false;
        }

        return true;
    }

    /// <summary>Reads the last bytes as if white space followed.</summary>
    private static StructuralBlock ReadTail(ReadOnlySpan<byte> bytes)
    {
        Span<byte> block = stackalloc byte[StructuralBlock.Length];
        block.Fill((byte)' ');
        bytes.CopyTo(block);
        return TReader.Read(block);
    }
}
