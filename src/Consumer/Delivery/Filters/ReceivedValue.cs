using System.Text.Unicode;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Compares received values with what a pattern asks for.</summary>
internal static class ReceivedValue
{
    /// <summary>Gets how deep lists in lists are followed. DynamoDB nests 32 levels; what is deeper counts as not readable.</summary>
    public const int MaximumDepth = 256;

    /// <summary>Tells whether a text, a number, true, false or null meets one of a leaf's conditions. What cannot be read meets them: the filter must not drop it.</summary>
    /// <param name="test">The conditions.</param>
    /// <param name="value">The value as received.</param>
    public static bool Meets(ValueTest test, ReadOnlySpan<byte> value)
    {
        if (value[0] != '"')
            return !IsScalar(value) || test.TakesScalar(value);
        var text = value[1..^1];
        if (text.Contains((byte)'\\'))
        {
            // A text with escapes is never empty: nothing means that it is not valid.
            return !JsonText.TryUnescape(value, out text) || text.IsEmpty || test.TakesText(text);
        }

        return text.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0 || !Utf8.IsValid(text) || test.TakesText(text);
    }

    private static bool IsScalar(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("true"u8) || value.SequenceEqual("false"u8) || value.SequenceEqual("null"u8) || ExactNumber.IsNumber(value);
}
