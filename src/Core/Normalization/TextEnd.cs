using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamWorker.Normalization;

/// <summary>Finds where a text ends.</summary>
internal static class TextEnd
{
    // Most names and values are shorter than this, and are looked at without a call and a loop.
    private const int Short = 2 * 16;

    /// <summary>Gives the position behind the closing quote; -1 when there is none.</summary>
    /// <param name="utf8">Any bytes.</param>
    /// <param name="start">Where the opening quote is.</param>
    /// <param name="isEscaped">Whether there is a backslash in the text.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Find(ReadOnlySpan<byte> utf8, int start, out bool isEscaped)
    {
        isEscaped = false;
        var text = utf8[(start + 1)..];
        if (text.Length >= Short)
        {
            var stops = Stops(Vector128.Create(text)) | (Stops(Vector128.Create(text[Vector128<byte>.Count..])) << Vector128<byte>.Count);
            var length = BitOperations.TrailingZeroCount(stops);
            if (stops != 0 && text[length] == '"')
                return start + length + 2;
        }

        return FindLong(utf8, start, out isEscaped);
    }

    private static int FindLong(ReadOnlySpan<byte> utf8, int start, out bool isEscaped)
    {
        isEscaped = false;
        var end = start + 1;
        while (true)
        {
            var length = utf8[end..].IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0)
                return -1;
            end += length;
            if (utf8[end] == '"')
                return end + 1;

            // The backslash and what it escapes.
            isEscaped = true;
            if (end + 1 == utf8.Length)
                return -1;
            end += 2;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Stops(Vector128<byte> bytes) =>
        (Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits();
}
