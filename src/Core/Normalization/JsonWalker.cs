using System.Runtime.CompilerServices;

namespace StreamWorker.Normalization;

/// <summary>Walks over the members of objects and the values of lists: names are read, values jumped over.</summary>
/// <param name="utf8">Any bytes.</param>
/// <param name="position">Where to begin.</param>
/// <param name="scanner">Finds the ends of objects and lists.</param>
/// <param name="known">Objects and lists whose ends are known already.</param>
internal ref struct JsonWalker(ReadOnlySpan<byte> utf8, int position, StructuralScanner scanner, ReadOnlySpan<Slice> known)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private readonly ReadOnlySpan<Slice> _known = known;

    /// <summary>Gets or sets where the walker stands.</summary>
    public int Position { get; set; } = position;

    /// <summary>Gets whether nothing but white space follows.</summary>
    public bool IsAtEnd => Next() == 0 && Position == _utf8.Length;

    /// <summary>Gives the next character that is not white space, without moving over it; 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Next()
    {
        while (Position < _utf8.Length)
        {
            var next = _utf8[Position];
            if (next is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                return next;
            Position++;
        }

        return 0;
    }

    /// <summary>Moves over this character if it comes next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(char character)
    {
        if (Next() != character)
            return false;
        Position++;
        return true;
    }

    /// <summary>Moves over a member's name and the colon behind it.</summary>
    /// <param name="name">The name without its quotes and escapes; nothing when it is not valid text.</param>
    /// <param name="quoted">The name as received.</param>
    public bool TryTakeName(out ReadOnlySpan<byte> name, out Slice quoted)
    {
        name = default;
        quoted = default;
        if (Next() != '"')
            return false;
        var start = Position;
        var end = TextEnd.Find(_utf8, start, out var isEscaped);
        if (end < 0)
            return false;
        Position = end;
        quoted = new Slice(start, end - start);
        name = _utf8[(start + 1)..(end - 1)];
        return (!isEscaped || JsonText.TryUnescape(_utf8[start..end], out name)) && TryTake(':');
    }

    /// <summary>Moves over a value. Objects, lists and texts have to end; what is in them is not looked at.</summary>
    public bool TryTakeValue(out Slice value)
    {
        var next = Next();
        var start = Position;
        var end = next switch
        {
            (byte)'"' => TextEnd.Find(_utf8, start, out _),
            (byte)'{' or (byte)'[' => EndOfNested(start),
            _ => EndOfScalar(start),
        };
        value = default;
        if (end <= start)
            return false;
        value = new Slice(start, end - start);
        Position = end;
        return true;
    }

    /// <summary>Gives the value, or the default when it is null.</summary>
    public readonly Slice NullIsAbsent(Slice value) => _utf8.Slice(value.Start, value.Length).SequenceEqual("null"u8) ? default : value;

    private readonly int EndOfNested(int start)
    {
        foreach (var slice in _known)
        {
            if (slice.Start == start && !slice.IsAbsent)
                return start + slice.Length;
        }

        return scanner.Skip(_utf8, start);
    }

    /// <summary>Gives the end of a number, of true, false or null, or of what may be meant as one.</summary>
    private readonly int EndOfScalar(int start)
    {
        var end = start;
        while (end < _utf8.Length && (char.IsAsciiLetterOrDigit((char)_utf8[end]) || _utf8[end] is (byte)'-' or (byte)'+' or (byte)'.'))
            end++;
        return end;
    }
}
