using System.Numerics;
using System.Text;
using CsCheck;

namespace StreamWorker.Core.Tests;

public sealed class SequenceNumberTests
{
    private static readonly Gen<string> s_digits = Gen.Char['0', '9'].Array[1, SequenceNumber.MaximumDigits].Select(digits => new string(digits));

    // Neighbours of one another, where a comparison of parts or of text goes wrong.
    private static readonly Gen<string> s_closeDigits = Gen.Select(s_digits, Gen.Int[-2, 2]).Select((digits, distance) =>
    {
        var number = BigInteger.Parse(digits) + distance;
        var text = BigInteger.Max(number, 0).ToString();
        return text.Length > SequenceNumber.MaximumDigits ? digits : text;
    });

    [Fact]
    public void S58_order_is_that_of_the_numbers() => Gen.Select(s_digits, s_closeDigits).Sample((left, right) =>
    {
        var expected = BigInteger.Parse(left).CompareTo(BigInteger.Parse(right));
        var a = SequenceNumber.Parse(left);
        var b = SequenceNumber.Parse(right);
        Assert.Equal(expected, Math.Sign(a.CompareTo(b)));
        Assert.Equal(-expected, Math.Sign(b.CompareTo(a)));
        Assert.Equal(expected == 0, a == b);
        Assert.Equal(expected != 0, a != b);
        Assert.Equal(expected < 0, a < b);
        Assert.Equal(expected > 0, a > b);
        Assert.Equal(expected <= 0, a <= b);
        Assert.Equal(expected >= 0, a >= b);
    });

    [Fact]
    public void S58_order_of_neighbours_is_that_of_the_numbers() => s_digits.Sample(digits =>
    {
        var next = (BigInteger.Parse(digits) + 1).ToString();
        if (next.Length > SequenceNumber.MaximumDigits)
            return;
        Assert.True(SequenceNumber.Parse(digits) < SequenceNumber.Parse(next));
    });

    [Fact]
    public void S58_order_of_the_padded_text_is_that_of_the_numbers() => Gen.Select(s_digits, s_closeDigits).Sample((left, right) =>
    {
        var a = SequenceNumber.Parse(left);
        var b = SequenceNumber.Parse(right);
        Assert.Equal(Math.Sign(a.CompareTo(b)), Math.Sign(string.CompareOrdinal(a.ToPaddedString(), b.ToPaddedString())));
        Assert.Equal(40, a.ToPaddedString().Length);
    });

    [Fact]
    public void Text_comes_back_as_it_was_received_and_padded_text_as_the_same_number() => s_digits.Sample(digits =>
    {
        var number = SequenceNumber.Parse(digits);
        Assert.Equal(digits, number.ToString());
        Assert.Equal(digits.PadLeft(40, '0'), number.ToPaddedString());
        Assert.Equal(digits.TrimStart('0').PadLeft(21, '0'), number.ToWireString());
        Assert.Equal(number, SequenceNumber.Parse(number.ToPaddedString()));
        Assert.True(SequenceNumber.TryParse(Encoding.UTF8.GetBytes(digits), out var same));
        Assert.Equal(number, same);
    });

    [Fact]
    public void Leading_zeros_do_not_change_the_value() => Gen.Select(s_digits, Gen.Int[0, 40]).Sample((digits, zeros) =>
    {
        var padded = digits.PadLeft(Math.Min(40, digits.Length + zeros), '0');
        var number = SequenceNumber.Parse(digits);
        var same = SequenceNumber.Parse(padded);
        Assert.Equal(number, same);
        Assert.Equal(number.GetHashCode(), same.GetHashCode());
        Assert.Equal(0, number.CompareTo(same));
        Assert.True(number.Equals((object)same));
    });

    [Theory]
    [InlineData("999999999999999999999", "1000000000000000000000")]
    [InlineData("9999999999999999999", "10000000000000000000")]
    [InlineData("99999999999999999999", "100000000000000000000")]
    [InlineData("300000000000000499659", "4400000000015180650000000001")]
    [InlineData("0", "9999999999999999999999999999999999999999")]
    public void S58_number_with_more_digits_is_later(string earlier, string later) =>
        Assert.True(SequenceNumber.Parse(earlier) < SequenceNumber.Parse(later));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("12a")]
    [InlineData("٣")]
    [InlineData("１")]
    [InlineData("99999999999999999999999999999999999999999")]
    public void S23_text_that_is_not_1_to_40_digits_is_refused(string? text)
    {
        Assert.False(SequenceNumber.TryParse(text, out var number));
        Assert.Equal(default, number);
        if (text is not null)
            Assert.Throws<FormatException>(() => SequenceNumber.Parse(text));
    }

    [Fact]
    public void Nothing_is_zero()
    {
        Assert.Equal("0", default(SequenceNumber).ToString());
        Assert.Equal(SequenceNumber.Parse("0"), default);
        Assert.False(default(SequenceNumber).Equals("0"));
    }
}
