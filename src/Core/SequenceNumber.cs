using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamWorker;

/// <summary>The position of a record in its shard: a decimal number of up to 40 digits, compared by value.</summary>
/// <remarks>
/// The number of digits varies within one stream, so text order is wrong; numbers only grow within one shard and
/// say nothing about order across shards. Emulators write leading zeros: they do not change the value, and
/// <see cref="ToString()"/> gives the digits back as they were received.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
public readonly struct SequenceNumber : IEquatable<SequenceNumber>, IComparable<SequenceNumber>
{
    /// <summary>The most digits that a sequence number has.</summary>
    public const int MaximumDigits = 40;

    // 40 digits need 133 bits. The lower 19 digits, the 19 above them and the upper 2 are kept apart.
    private const int PartDigits = 19;

    private readonly ulong _middle;
    private readonly ulong _low;
    private readonly byte _high;
    private readonly byte _digits;

    private SequenceNumber(byte high, ulong middle, ulong low, byte digits)
    {
        _high = high;
        _middle = middle;
        _low = low;
        _digits = digits;
    }

    /// <summary>Reads a sequence number.</summary>
    /// <param name="text">1 to 40 decimal digits.</param>
    /// <returns>The number.</returns>
    /// <exception cref="FormatException">The text is not 1 to 40 decimal digits.</exception>
    public static SequenceNumber Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var number) ? number : throw new FormatException($"'{text}' is not a sequence number: 1 to 40 decimal digits are expected.");
    }

    /// <summary>Reads a sequence number if the text is one.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="number">The number, or the default.</param>
    /// <returns>True when the text is 1 to 40 decimal digits.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out SequenceNumber number)
    {
        number = default;
        if (text is null or { Length: 0 or > MaximumDigits })
            return false;
        Span<byte> utf8 = stackalloc byte[MaximumDigits];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var length) && TryParse(utf8[..length], out number);
    }

    /// <summary>Reads a sequence number from UTF-8 text if it is one.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="number">The number, or the default.</param>
    /// <returns>True when the text is 1 to 40 decimal digits.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out SequenceNumber number)
    {
        number = default;
        if (utf8.Length is 0 or > MaximumDigits || utf8.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return false;

        var low = Math.Max(0, utf8.Length - PartDigits);
        var middle = Math.Max(0, low - PartDigits);
        number = new SequenceNumber((byte)Value(utf8[..middle]), Value(utf8[middle..low]), Value(utf8[low..]), (byte)utf8.Length);
        return true;
    }

    /// <summary>Gives the digits, zero-padded on the left to 40: text whose order is the numbers' order.</summary>
    /// <returns>Exactly 40 digits.</returns>
    public string ToPaddedString() => ToString(MaximumDigits);

    /// <summary>Gives the digits as they were received, leading zeros included.</summary>
    /// <returns>1 to 40 digits.</returns>
    public override string ToString() => ToString(Math.Max((byte)1, _digits));

    /// <summary>Gives the digits in the form that the Streams API takes: at least 21 of them.</summary>
    /// <returns>21 to 40 digits.</returns>
    public string ToWireString() => ToString(21);

    /// <inheritdoc/>
    public int CompareTo(SequenceNumber other)
    {
        if (_high != other._high)
            return _high.CompareTo(other._high);
        return _middle != other._middle ? _middle.CompareTo(other._middle) : _low.CompareTo(other._low);
    }

    /// <inheritdoc/>
    public bool Equals(SequenceNumber other) => _low == other._low && _middle == other._middle && _high == other._high;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SequenceNumber other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _middle, _low);

    /// <summary>Tells whether two numbers have the same value.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other number.</param>
    public static bool operator ==(SequenceNumber left, SequenceNumber right) => left.Equals(right);

    /// <summary>Tells whether two numbers have different values.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other number.</param>
    public static bool operator !=(SequenceNumber left, SequenceNumber right) => !left.Equals(right);

    /// <summary>Tells whether the left number comes before the right one.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other number.</param>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) < 0;

    /// <summary>Tells whether the left number comes after the right one.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other number.</param>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) > 0;

    /// <summary>Tells whether the left number is the right one or comes before it.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other number.</param>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Tells whether the left number is the right one or comes after it.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other number.</param>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) >= 0;

    private static ulong Value(ReadOnlySpan<byte> digits)
    {
        var value = 0UL;
        foreach (var digit in digits)
            value = (value * 10) + (uint)(digit - '0');
        return value;
    }

    private string ToString(int minimumDigits)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"{_high}{_middle:D19}{_low:D19}").TrimStart('0');
        return digits.PadLeft(minimumDigits, '0');
    }
}
