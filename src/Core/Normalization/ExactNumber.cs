using System.Numerics;

namespace StreamWorker.Normalization;

/// <summary>
/// A number as DynamoDB keeps it, with all its digits: up to 38 of them, between 1E-130 and 9.9…E+125 away from zero. Digits and exponent are normal: the last digit is
/// not zero, and zero is 0, so that equal numbers are equal values.
/// </summary>
internal readonly record struct ExactNumber(bool IsNegative, UInt128 Digits, int Exponent)
{
    private const int MostDigits = 38;
    private const int LowestMagnitude = -130;
    private const int HighestMagnitude = 125;

    // A decimal has 96 bits for its digits and at most 28 of them behind the point.
    private const int DecimalScale = 28;

    private static readonly UInt128 s_decimalDigits = (UInt128.One << 96) - 1;

    /// <summary>Tells whether a text is a number as JSON writes it, whatever its size.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith("-"u8) ? text[1..] : text;
        var whole = TakeDigits(ref rest);
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0'))
            return false;
        if (rest.StartsWith("."u8))
        {
            rest = rest[1..];
            if (TakeDigits(ref rest).IsEmpty)
                return false;
        }

        return TryTakeExponent(ref rest, out _) && rest.IsEmpty;
    }

    /// <summary>Takes a number apart that is written as in JSON, which is how DynamoDB writes it.</summary>
    public static NumberFault Parse(ReadOnlySpan<byte> text, out ExactNumber number)
    {
        number = default;
        var isNegative = text.StartsWith("-"u8);
        var rest = isNegative ? text[1..] : text;
        var whole = TakeDigits(ref rest);
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == '0'))
            return NumberFault.NotANumber;
        ReadOnlySpan<byte> fraction = default;
        if (rest.StartsWith("."u8))
        {
            rest = rest[1..];
            fraction = TakeDigits(ref rest);
            if (fraction.IsEmpty)
                return NumberFault.NotANumber;
        }

        if (!TryTakeExponent(ref rest, out var exponent) || !rest.IsEmpty)
            return NumberFault.NotANumber;
        var digits = new DigitCounter();
        if (!digits.TryAdd(whole) || !digits.TryAdd(fraction))
            return NumberFault.OutOfRange;
        if (digits.Count == 0)
            return NumberFault.None;
        exponent += digits.TrailingZeros - fraction.Length;
        if (exponent + digits.Count - 1 is < LowestMagnitude or > HighestMagnitude)
            return NumberFault.OutOfRange;
        number = new ExactNumber(isNegative, digits.Value, (int)exponent);
        return NumberFault.None;
    }

    /// <summary>Gives the number as decimal if a decimal holds every digit; the type itself would round.</summary>
    public bool TryToDecimal(out decimal value)
    {
        value = 0;
        var digits = Digits;
        for (var zeros = Exponent; zeros > 0; zeros--)
        {
            digits *= 10;
            if (digits > s_decimalDigits)
                return false;
        }

        if (digits > s_decimalDigits || Exponent < -DecimalScale)
            return false;
        value = new decimal((int)(uint)digits, (int)(uint)(digits >> 32), (int)(uint)(digits >> 64), IsNegative, (byte)Math.Max(0, -Exponent));
        return true;
    }

    /// <summary>Gives the number as 64-bit integer if it is one.</summary>
    public bool TryToInt64(out long value)
    {
        value = 0;
        if (!TryToDecimal(out var number) || Exponent < 0 || number is < long.MinValue or > long.MaxValue)
            return false;
        value = (long)number;
        return true;
    }

    /// <summary>Gives the number as integer if it has no fraction. It then has at most 126 digits.</summary>
    public bool TryToBigInteger(out BigInteger value)
    {
        value = 0;
        if (Exponent < 0)
            return false;
        value = (BigInteger)Digits * BigInteger.Pow(10, Exponent);
        if (IsNegative)
            value = -value;
        return true;
    }

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = length < 0 ? text : text[..length];
        text = text[digits.Length..];
        return digits;
    }

    /// <summary>Takes the exponent if there is one. One beyond all range becomes one that is still beyond it, so that no text is too long to be read.</summary>
    private static bool TryTakeExponent(scoped ref ReadOnlySpan<byte> text, out long exponent)
    {
        const long Beyond = int.MaxValue * 2L;
        exponent = 0;
        if (text.IsEmpty || text[0] is not ((byte)'e' or (byte)'E'))
            return true;
        text = text[1..];
        var isNegative = text.StartsWith("-"u8);
        if (isNegative || text.StartsWith("+"u8))
            text = text[1..];
        var digits = TakeDigits(ref text);
        foreach (var digit in digits)
            exponent = Math.Min(Beyond, (exponent * 10) + digit - '0');
        if (isNegative)
            exponent = -exponent;
        return !digits.IsEmpty;
    }

    /// <summary>Collects digits, without the zeros before the first and behind the last other one.</summary>
    private struct DigitCounter
    {
        public UInt128 Value { get; private set; }

        public int Count { get; private set; }

        public int TrailingZeros { get; private set; }

        public bool TryAdd(scoped ReadOnlySpan<byte> digits)
        {
            foreach (var digit in digits)
            {
                if (digit == '0')
                {
                    TrailingZeros += Count > 0 ? 1 : 0;
                    continue;
                }

                if (Count + TrailingZeros + 1 > MostDigits)
                    return false;
                for (Count += TrailingZeros + 1; TrailingZeros > 0; TrailingZeros--)
                    Value *= 10;
                Value = (Value * 10) + (uint)(digit - '0');
            }

            return true;
        }
    }
}
