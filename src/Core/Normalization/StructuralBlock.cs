namespace StreamWorker.Normalization;

/// <summary>Where the characters of JSON's structure are in 64 bytes, in texts and outside: one bit a byte, the lowest for the first.</summary>
internal readonly record struct StructuralBlock(ulong Quotes, ulong Backslashes, ulong Openers, ulong Closers, ulong Separators)
{
    /// <summary>How many bytes are looked at together.</summary>
    public const int Length = 64;
}

/// <summary>One way of looking at 64 bytes. All ways give the same.</summary>
internal interface IBlockReader
{
    /// <summary>Finds quotes, backslashes, brackets and braces that open and that close, and commas and colons.</summary>
    /// <param name="bytes">At least <see cref="StructuralBlock.Length"/> bytes; those behind are not looked at.</param>
    static abstract StructuralBlock Read(ReadOnlySpan<byte> bytes);

    /// <summary>Finds one character.</summary>
    /// <param name="bytes">At least <see cref="StructuralBlock.Length"/> bytes; those behind are not looked at.</param>
    /// <param name="character">The character.</param>
    static abstract ulong Find(ReadOnlySpan<byte> bytes, byte character);

    /// <summary>Gives the exclusive or of each bit and all below it: from quotes, the range from each that opens up to the one that closes.</summary>
    static abstract ulong PrefixXor(ulong bits);
}
