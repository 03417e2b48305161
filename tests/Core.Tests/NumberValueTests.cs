using System.Numerics;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

public sealed class NumberValueTests
{
    private static AttributeValue Number(string digits) => Records.Value($$"""{"N":"{{digits}}"}""");

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("12.50", "12.5")]
    [InlineData("1E3", "1000")]
    [InlineData("1.5e-3", "0.0015")]
    [InlineData("0E999999999999", "0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    public void Number_that_a_decimal_holds_is_given_exactly(string digits, string expected) =>
        Assert.Equal(decimal.Parse(expected), Number(digits).AsDecimal());

    [Theory]
    [InlineData("12345678901234567890123456789012345678")]
    [InlineData("0.12345678901234567890123456789012345678")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("1E-29")]
    [InlineData("1E-99999999999")]
    [InlineData("9.9999999999999999999999999999999999999E+125")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("ten")]
    [InlineData("1,000")]
    public void Number_that_a_decimal_would_round_is_refused(string digits)
    {
        var error = Assert.Throws<RecordFormatException>(() => Number(digits).AsDecimal());

        Assert.Equal("dynamodb.NewImage.a", error.AttributePath);
        Assert.Equal(digits, Number(digits).AsNumberText());
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("5.00", 5)]
    [InlineData("12e2", 1200)]
    public void Whole_number_in_range_is_given_as_integer(string digits, long expected) =>
        Assert.Equal(expected, Number(digits).AsInt64());

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("0.5")]
    [InlineData("1E30")]
    public void Number_that_is_no_64_bit_integer_is_refused(string digits) =>
        Assert.Throws<RecordFormatException>(() => Number(digits).AsInt64());

    [Fact]
    public void Number_is_given_as_the_nearest_double()
    {
        Assert.Equal(9.9999999999999999e125, Number("9.9999999999999999999999999999999999999E+125").AsDouble());
        Assert.Equal(0.1, Number("0.1").AsDouble());
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1E400")]
    [InlineData("x")]
    public void Text_that_is_no_finite_number_is_refused_as_double(string digits) =>
        Assert.Throws<RecordFormatException>(() => Number(digits).AsDouble());

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-5.00", "-5")]
    [InlineData("12345678901234567890123456789012345678", "12345678901234567890123456789012345678")]
    [InlineData("1.5E3", "1500")]
    public void N5_whole_number_of_any_size_is_given_exactly(string digits, string expected) =>
        Assert.Equal(BigInteger.Parse(expected), Number(digits).AsBigInteger());

    [Fact]
    public void N5_largest_number_of_DynamoDB_is_given_exactly() =>
        Assert.Equal((BigInteger.Pow(10, 38) - 1) * BigInteger.Pow(10, 88), Number("9.9999999999999999999999999999999999999E+125").AsBigInteger());

    [Theory]
    [InlineData("0.5")]
    [InlineData("1E-130")]
    [InlineData("1E126")]
    [InlineData("1E999999999")]
    [InlineData("1E99999999999999999999")]
    [InlineData("9007199254740993.5")]
    [InlineData("x")]
    public void Number_that_is_no_whole_number_of_DynamoDB_is_refused_and_never_expanded(string digits) =>
        Assert.Throws<RecordFormatException>(() => Number(digits).AsBigInteger());

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("1E+20")]
    [InlineData("9007199254740993.5")]
    [InlineData("0.12345678901234567890123456789012345678")]
    public void N5_number_that_a_double_would_round_keeps_its_digits(string digits)
    {
        Assert.Equal(digits, Number(digits).AsNumberText());
        Assert.Equal($"{{\"a\":{digits}}}", Records.Image($$$"""{"a":{"N":"{{{digits}}}"}}""").ToString());
    }

    [Fact]
    public void N6_number_cannot_be_mistaken_for_a_map_with_the_attribute_value()
    {
        Assert.Equal(AttributeType.Number, Number("1").Type);
        Assert.Equal(AttributeType.Map, Records.Value("""{"M":{"value":{"S":"1"}}}""").Type);
    }

    [Fact]
    public void Escaped_digits_are_read_alike()
    {
        var number = Records.Value("""{"N":"\u0031\u0032.5"}""");

        Assert.Equal(12.5m, number.AsDecimal());
        Assert.Equal(12.5, number.AsDouble());
        Assert.Equal("12.5", number.AsNumberText());
    }

    [Fact]
    public void Number_in_a_message_is_cut_to_what_a_person_reads()
    {
        var error = Assert.Throws<RecordFormatException>(() => Number(new string('7', 100_000)).AsDecimal());

        Assert.InRange(error.Message.Length, 100, 400);
        Assert.Contains("(100000 characters)", error.Message, StringComparison.Ordinal);
    }
}
