using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class ExactNumberTests
{
    /// <summary>Numbers over DynamoDB's whole range and a little beyond, in every way of writing them.</summary>
    private static readonly Gen<(string Text, BigInteger Digits, int Exponent)> s_numbers =
        Gen.Select(Gen.Bool, Gen.Char['0', '9'].Array[1, 45], Gen.Int[0, 45], Gen.Int[-180, 180], Gen.Int[0, 3]).Select((isNegative, chars, point, exponent, form) =>
        {
            var whole = new string(chars[..Math.Min(point, chars.Length)]).TrimStart('0');
            var fraction = new string(chars[Math.Min(point, chars.Length)..]);
            var text = $"{(isNegative ? "-" : "")}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? "" : "." + fraction)}";
            text += form switch { 0 => "", 1 => $"E{exponent}", 2 => $"e{exponent:+0;-0}", _ => $"E{exponent:000}" };
            var digits = BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture);
            return (text, isNegative ? -digits : digits, (form == 0 ? 0 : exponent) - fraction.Length);
        });

    [Fact]
    public void S57_number_in_range_keeps_every_digit_and_any_other_is_refused() => s_numbers.Sample(number =>
    {
        var fault = ExactNumber.Parse(Encoding.UTF8.GetBytes(number.Text), out var exact);
        if (!IsInRange(number.Digits, number.Exponent))
        {
            Assert.Equal(NumberFault.OutOfRange, fault);
            return;
        }

        Assert.Equal(NumberFault.None, fault);
        Assert.Equal(Scaled(number.Digits, number.Exponent), Scaled(exact.IsNegative ? -(BigInteger)exact.Digits : (BigInteger)exact.Digits, exact.Exponent));
    });

    [Fact]
    public void Equal_numbers_are_equal_however_they_are_written() => Gen.Select(s_numbers, Gen.Int[0, 5]).Sample((number, zeros) =>
    {
        var other = number.Digits.IsZero ? "0" : $"{number.Digits}{new string('0', zeros)}E{number.Exponent - zeros}";

        Assert.Equal(ExactNumber.Parse(Encoding.UTF8.GetBytes(number.Text), out var one), ExactNumber.Parse(Encoding.UTF8.GetBytes(other), out var two));
        Assert.Equal(one, two);
    });

    [Fact]
    public void Number_is_a_decimal_exactly_when_every_digit_survives() => s_numbers.Sample(number =>
    {
        if (ExactNumber.Parse(Encoding.UTF8.GetBytes(number.Text), out var exact) != NumberFault.None)
            return;
        var fits = exact.TryToDecimal(out var value);
        // The framework rounds where it must: it is right exactly when it comes back unchanged.
        var isHeld = decimal.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rounded)
            && Scaled(Unscaled(rounded), -rounded.Scale) == Scaled(number.Digits, number.Exponent);
        Assert.Equal(isHeld, fits);
        if (fits)
            Assert.Equal(rounded, value);
    });

    [Fact]
    public void Every_decimal_is_read_back_from_its_own_text() => Gen.Decimal.Sample(value =>
    {
        Assert.Equal(NumberFault.None, ExactNumber.Parse(Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)), out var number));
        Assert.True(number.TryToDecimal(out var same));
        Assert.Equal(value, same);
    });

    [Fact]
    public void Every_64_bit_integer_is_read_back_from_its_own_text() => Gen.Long.Sample(value =>
    {
        Assert.Equal(NumberFault.None, ExactNumber.Parse(Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)), out var number));
        Assert.True(number.TryToInt64(out var same));
        Assert.Equal(value, same);
    });

    [Fact]
    public void Number_is_a_big_integer_exactly_when_it_has_no_fraction() => s_numbers.Sample(number =>
    {
        if (ExactNumber.Parse(Encoding.UTF8.GetBytes(number.Text), out var exact) != NumberFault.None)
            return;
        var isWhole = Scaled(number.Digits, number.Exponent) % BigInteger.Pow(10, Shift) == 0;
        Assert.Equal(isWhole, exact.TryToBigInteger(out var value));
        if (isWhole)
            Assert.Equal(Scaled(number.Digits, number.Exponent), Scaled(value, 0));
    });

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("5.E1")]
    [InlineData("1E")]
    [InlineData("1E+")]
    [InlineData("1E5.0")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("--1")]
    public void Text_that_is_not_written_as_a_number_is_none(string text) => Assert.Equal(NumberFault.NotANumber, ExactNumber.Parse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("1E-130", NumberFault.None)]
    [InlineData("9.9E-131", NumberFault.OutOfRange)]
    [InlineData("-9.9999999999999999999999999999999999999E+125", NumberFault.None)]
    [InlineData("99.999999999999999999999999999999999999E+124", NumberFault.None)]
    [InlineData("1E126", NumberFault.OutOfRange)]
    [InlineData("1E999999999999999999999999999999", NumberFault.OutOfRange)]
    [InlineData("1E-999999999999999999999999999999", NumberFault.OutOfRange)]
    [InlineData("0E999999999999999999999999999999", NumberFault.None)]
    [InlineData("1.00000000000000000000000000000000000001", NumberFault.OutOfRange)]
    [InlineData("1.0000000000000000000000000000000000001", NumberFault.None)]
    public void S57_range_is_that_of_DynamoDB(string text, object fault) => Assert.Equal(fault, ExactNumber.Parse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Long_text_of_a_number_in_range_is_read()
    {
        var zeros = new string('0', 100_000);

        Assert.Equal(NumberFault.None, ExactNumber.Parse(Encoding.UTF8.GetBytes($"0.{zeros}12E100003"), out var number));
        Assert.Equal(new ExactNumber(false, 12, 1), number);
        Assert.Equal(NumberFault.None, ExactNumber.Parse(Encoding.UTF8.GetBytes($"-5{zeros}.{zeros}E-100001"), out number));
        Assert.Equal(new ExactNumber(true, 5, -1), number);
    }

    private const int Shift = 300;

    private static BigInteger Scaled(BigInteger digits, int exponent) => digits * BigInteger.Pow(10, exponent + Shift);

    private static BigInteger Unscaled(decimal value)
    {
        var bits = decimal.GetBits(value);
        var unscaled = new BigInteger((uint)bits[0]) + (new BigInteger((uint)bits[1]) << 32) + (new BigInteger((uint)bits[2]) << 64);
        return value < 0 ? -unscaled : unscaled;
    }

    private static bool IsInRange(BigInteger digits, int exponent)
    {
        var text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture);
        return digits.IsZero || (text.TrimEnd('0').Length <= 38 && text.Length - 1 + exponent is >= -130 and <= 125);
    }
}
