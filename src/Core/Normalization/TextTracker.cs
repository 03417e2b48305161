using System.Runtime.CompilerServices;

namespace StreamWorker.Normalization;

/// <summary>Knows, from block to block, what is inside a text. It starts outside.</summary>
internal struct TextTracker
{
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;

    private ulong _inText;
    private ulong _isEscaped;

    /// <summary>Takes the next block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="quotes">The quotes that begin or end a text: those that are not escaped.</param>
    /// <returns>The texts, each from its first quote up to the last character before its second one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next<TReader>(in StructuralBlock block, out ulong quotes)
        where TReader : IBlockReader
    {
        quotes = block.Quotes;
        if ((block.Backslashes | _isEscaped) != 0)
            quotes &= ~Escaped(block.Backslashes);
        var texts = TReader.PrefixXor(quotes) ^ _inText;
        _inText = (ulong)((long)texts >> (StructuralBlock.Length - 1));
        return texts;
    }

    /// <summary>Gives what follows a backslash that is not itself escaped: in a run of backslashes, that is every second character.</summary>
    private ulong Escaped(ulong backslashes)
    {
        // A run's backslashes escape in turn. Subtracting the runs from the odd bits carries through each of them and so flips, in it, the bits of one parity.
        var escaping = backslashes & ~_isEscaped;
        var turns = (((escaping << 1) | OddBits) - escaping) ^ OddBits;
        var escaped = turns ^ (backslashes | _isEscaped);
        _isEscaped = (turns & backslashes) >> (StructuralBlock.Length - 1);
        return escaped;
    }
}
