using System.Globalization;
using System.Numerics;
using CsCheck;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class DecimalPropertyTests
{
    private static readonly Gen<(bool Negative, BigInteger Digits, int Exponent)> s_numbers =
        Gen.Select(Gen.Bool, Gen.Char['0', '9'].Array[1, 38].Select(digits => BigInteger.Parse(new string(digits))), Gen.Int[-60, 60]);

    [Fact]
    public void Number_is_a_decimal_only_when_every_digit_survives() => s_numbers.Sample(number =>
    {
        var text = $"{(number.Negative ? "-" : "")}{number.Digits}E{number.Exponent}";
        if (!DecimalNumber.TryParseExactly(text, out var value))
            return;
        // value = digits * 10^exponent, compared as whole numbers over the common power of ten.
        var bits = decimal.GetBits(value);
        var scale = (bits[3] >> 16) & 0xff;
        var unscaled = new BigInteger((uint)bits[0]) + (new BigInteger((uint)bits[1]) << 32) + (new BigInteger((uint)bits[2]) << 64);
        var left = (number.Negative && !number.Digits.IsZero ? -number.Digits : number.Digits) * BigInteger.Pow(10, number.Exponent + 60);
        var right = (value < 0 ? -unscaled : unscaled) * BigInteger.Pow(10, 60 - scale);
        Assert.Equal(left, right);
    });

    [Fact]
    public void Every_decimal_is_read_back_from_its_own_text() => Gen.Decimal.Sample(value =>
    {
        Assert.True(DecimalNumber.TryParseExactly(value.ToString(CultureInfo.InvariantCulture), out var same));
        Assert.Equal(value, same);
    });
}
