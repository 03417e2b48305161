using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamWorker.Bench.Event;

/// <summary>The least that finding records by structure costs: quotes, what is in text, depth of braces, 64 bytes at a time, and nothing else. It trusts its input.</summary>
internal static class StructuralLimit
{
    // {"Records":[{ … }]}: a record's brace is the third that opens.
    private const int RecordDepth = 2;

    public static bool IsSupported => Avx2.IsSupported && Pclmulqdq.IsSupported;

    public static int CountRecords(ReadOnlySpan<byte> utf8)
    {
        var records = 0;
        var depth = 0;
        var textBefore = 0UL;
        var escapedBefore = 0UL;
        var last = new byte[64];
        for (var at = 0; at < utf8.Length; at += 64)
        {
            var block = utf8[at..];
            if (block.Length < 64)
            {
                last.AsSpan().Fill((byte)' ');
                block.CopyTo(last);
                block = last;
            }

            ref var start = ref MemoryMarshal.GetReference(block);
            var low = Vector256.LoadUnsafe(ref start);
            var high = Vector256.LoadUnsafe(ref start, 32);
            var backslashes = Mask(low, high, (byte)'\\');
            var escaped = backslashes == 0 && escapedBefore == 0 ? 0 : Escaped(backslashes, ref escapedBefore);
            var quotes = Mask(low, high, (byte)'"') & ~escaped;
            var inText = PrefixXor(quotes) ^ textBefore;
            textBefore = (ulong)((long)inText >> 63);

            // { and [ differ in one bit, and so do } and ].
            var bit = Vector256.Create((byte)0x20);
            var openers = Mask(low | bit, high | bit, (byte)'{') & ~inText;
            var closers = Mask(low | bit, high | bit, (byte)'}') & ~inText;
            var closing = BitOperations.PopCount(closers);
            if (closing > 0 && depth - closing <= RecordDepth)
            {
                for (var brackets = openers | closers; brackets != 0; brackets &= brackets - 1)
                {
                    if ((openers & brackets & (~brackets + 1)) != 0)
                        depth++;
                    else if (--depth == RecordDepth)
                        records++;
                }
            }
            else
            {
                depth += BitOperations.PopCount(openers) - closing;
            }
        }

        return records;
    }

    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Vector256.Equals(low, Vector256.Create(value)).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, Vector256.Create(value)).ExtractMostSignificantBits() << 32);

    private static ulong PrefixXor(ulong bits) => Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();

    private static ulong Escaped(ulong backslashes, ref ulong escapedBefore)
    {
        var escaped = escapedBefore;
        escapedBefore = 0;
        for (var left = backslashes & ~escaped; left != 0;)
        {
            var at = BitOperations.TrailingZeroCount(left);
            if (at == 63)
            {
                escapedBefore = 1;
                break;
            }

            escaped |= 1UL << (at + 1);
            left &= ~(3UL << at);
        }

        return escaped;
    }
}
