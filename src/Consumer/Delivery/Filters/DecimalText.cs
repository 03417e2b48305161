namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>A number in JSON's form, to be compared by its value. All digits count, however many there are, and nothing is rounded.</summary>
internal readonly ref struct DecimalText
{
    // An exponent beyond this is as good as any other: no text has so many digits.
    private const long LargestExponent = long.MaxValue / 16;

    private readonly ReadOnlySpan<byte> _digits;
    private readonly int _sign;
    private readonly long _magnitude;

    /// <summary>Takes a number apart.</summary>
    /// <param name="text">A valid number.</param>
    private DecimalText(ReadOnlySpan<byte> text)
    {
        _sign = text[0] == '-' ? -1 : 1;
        if (_sign < 0)
            text = text[1..];
        var exponentAt = text.IndexOfAny((byte)'e', (byte)'E');
        var exponent = exponentAt < 0 ? 0 : ExponentOf(text[(exponentAt + 1)..]);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var point = mantissa.IndexOf((byte)'.');
        if (point < 0)
            point = mantissa.Length;
        var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            _sign = 0;
            return;
        }

        _digits = mantissa[first..];
        _magnitude = exponent + (first < point ? point - first - 1 : point - first);
    }

    /// <summary>Compares two numbers by their values.</summary>
    /// <param name="left">A valid number.</param>
    /// <param name="right">A valid number.</param>
    /// <returns>Below 0, 0 or above 0.</returns>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var a = new DecimalText(left);
        var b = new DecimalText(right);
        if (a._sign != b._sign || a._sign == 0)
            return a._sign - b._sign;
        var order = a._magnitude != b._magnitude ? a._magnitude.CompareTo(b._magnitude) : CompareDigits(a._digits, b._digits);
        return a._sign * Math.Sign(order);
    }

    private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            var a = Next(left, ref i);
            var b = Next(right, ref j);
            if (a != b)
                return a - b;
        }

        return 0;
    }

    private static int Next(ReadOnlySpan<byte> digits, ref int position)
    {
        if (position < digits.Length && digits[position] == '.')
            position++;
        return position < digits.Length ? digits[position++] : '0';
    }

    private static long ExponentOf(ReadOnlySpan<byte> text)
    {
        var exponent = 0L;
        foreach (var digit in text.TrimStart("+-"u8))
            exponent = Math.Min(LargestExponent, (exponent * 10) + digit - '0');
        return text[0] == '-' ? -exponent : exponent;
    }
}
