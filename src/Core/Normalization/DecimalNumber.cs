using System.Globalization;

namespace StreamWorker.Normalization;

/// <summary>Turns DynamoDB's number text into a decimal only when no digit is lost: decimal rounds silently beyond 28 digits.</summary>
internal static class DecimalNumber
{
    public static bool TryParseExactly(string text, out decimal number)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            return false;
        return Canonical(text) == Canonical(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Gives sign, digits without leading and trailing zeros, and the power of ten of the last digit.</summary>
    private static (bool Negative, string Digits, long Exponent) Canonical(string text)
    {
        var exponent = 0L;
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = text.AsSpan();
        if (mark >= 0)
        {
            // An exponent that no long holds belongs to zero, or to a number that no decimal holds.
            _ = long.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
            mantissa = mantissa[..mark];
        }

        var negative = mantissa.StartsWith("-");
        mantissa = mantissa.Trim().TrimStart("+-");
        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? default : mantissa[(point + 1)..];
        var whole = point < 0 ? mantissa : mantissa[..point];
        var digits = string.Concat(whole, fraction).TrimStart('0');
        exponent -= fraction.Length;
        var trimmed = digits.TrimEnd('0');
        return trimmed.Length == 0 ? (false, "", 0) : (negative, trimmed, exponent + digits.Length - trimmed.Length);
    }
}
