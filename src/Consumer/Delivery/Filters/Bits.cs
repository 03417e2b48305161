using System.Numerics;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Sets of numbers, one bit each.</summary>
internal static class Bits
{
    private const int InWord = 64;

    public static int WordsFor(int count) => (count + InWord - 1) / InWord;

    public static void Set(Span<ulong> bits, int number) => bits[number / InWord] |= 1UL << (number % InWord);

    public static bool Has(ReadOnlySpan<ulong> bits, int number) => (bits[number / InWord] & (1UL << (number % InWord))) != 0;

    public static int Count(ReadOnlySpan<ulong> bits)
    {
        var count = 0;
        foreach (var word in bits)
            count += BitOperations.PopCount(word);
        return count;
    }

    public static bool Overlap(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if ((left[i] & right[i]) != 0)
                return true;
        }

        return false;
    }
}
