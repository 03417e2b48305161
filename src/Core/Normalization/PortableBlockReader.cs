using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamWorker.Normalization;

/// <summary>16 bytes an instruction, which every processor has, or plain code in its place.</summary>
internal readonly struct PortableBlockReader : IBlockReader
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StructuralBlock Read(ReadOnlySpan<byte> bytes)
    {
        var first = Vector128.Create(bytes);
        var second = Vector128.Create(bytes[16..]);
        var third = Vector128.Create(bytes[32..]);
        var fourth = Vector128.Create(bytes[48..]);

        // With this bit set, a bracket is the brace of its kind, and nothing else becomes one.
        var folded = Vector128.Create((byte)0x20);
        return new StructuralBlock(
            Where(first, second, third, fourth, (byte)'"'),
            Where(first, second, third, fourth, (byte)'\\'),
            Where(first | folded, second | folded, third | folded, fourth | folded, (byte)'{'),
            Where(first | folded, second | folded, third | folded, fourth | folded, (byte)'}'),
            Where(first, second, third, fourth, (byte)',') | Where(first, second, third, fourth, (byte)':'));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find(ReadOnlySpan<byte> bytes, byte character) =>
        Where(Vector128.Create(bytes), Vector128.Create(bytes[16..]), Vector128.Create(bytes[32..]), Vector128.Create(bytes[48..]), character);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Where(Vector128<byte> first, Vector128<byte> second, Vector128<byte> third, Vector128<byte> fourth, byte value)
    {
        var wanted = Vector128.Create(value);
        return Vector128.Equals(first, wanted).ExtractMostSignificantBits()
            | ((ulong)Vector128.Equals(second, wanted).ExtractMostSignificantBits() << 16)
            | ((ulong)Vector128.Equals(third, wanted).ExtractMostSignificantBits() << 32)
            | ((ulong)Vector128.Equals(fourth, wanted).ExtractMostSignificantBits() << 48);
    }
}
