using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamWorker.Normalization;

/// <summary>32 bytes an instruction and a carry-less multiplication, where the processor has them.</summary>
internal readonly struct Avx2BlockReader : IBlockReader
{
    public static bool IsSupported => Avx2.IsSupported && Pclmulqdq.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StructuralBlock Read(ReadOnlySpan<byte> bytes)
    {
        var low = Vector256.Create(bytes);
        var high = Vector256.Create(bytes[Vector256<byte>.Count..]);

        // With this bit set, a bracket is the brace of its kind, and nothing else becomes one.
        var folded = Vector256.Create((byte)0x20);
        return new StructuralBlock(
            Where(low, high, (byte)'"'),
            Where(low, high, (byte)'\\'),
            Where(low | folded, high | folded, (byte)'{'),
            Where(low | folded, high | folded, (byte)'}'),
            Bits(Separators(low), Separators(high)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find(ReadOnlySpan<byte> bytes, byte character) =>
        Where(Vector256.Create(bytes), Vector256.Create(bytes[Vector256<byte>.Count..]), character);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits) => Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Where(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Bits(Vector256.Equals(low, Vector256.Create(value)), Vector256.Equals(high, Vector256.Create(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Separators(Vector256<byte> bytes) =>
        Vector256.Equals(bytes, Vector256.Create((byte)',')) | Vector256.Equals(bytes, Vector256.Create((byte)':'));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
