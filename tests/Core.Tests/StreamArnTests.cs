namespace StreamWorker.Core.Tests;

public sealed class StreamArnTests
{
    [Theory]
    [InlineData("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T12:00:00.000", "eu-central-1", "123456789012", "Orders")]
    [InlineData("arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/a.b_c-d/stream/2026-01-31T12:00:00.000", "us-gov-west-1", "123456789012", "a.b_c-d")]
    [InlineData("arn:aws:dynamodb:ddblocal:000000000000:table/Orders/stream/2026-01-31T12:00:00.000", "ddblocal", "000000000000", "Orders")]
    [InlineData("arn:aws:dynamodb:ddblocal::table/Orders/stream/2026-01-31T12:00:00.000", "ddblocal", "", "Orders")]
    public void Parts_of_an_ARN_are_read(string text, string region, string account, string table)
    {
        var arn = StreamArn.Parse(text);

        Assert.Equal(text, arn.Value);
        Assert.Equal(text, arn.ToString());
        Assert.Equal(region, arn.Region);
        Assert.Equal(account, arn.Account);
        Assert.Equal(table, arn.TableName);
        Assert.Equal("2026-01-31T12:00:00.000", arn.Label);
        Assert.Equal(arn, StreamArn.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Orders")]
    [InlineData("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders")]
    [InlineData("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/")]
    [InlineData("arn:aws:dynamodb:eu-central-1:123456789012:table//stream/x")]
    [InlineData("arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/index/x")]
    [InlineData("arn:aws:dynamodb::123456789012:table/Orders/stream/x")]
    [InlineData("arn::dynamodb:eu-central-1:123456789012:table/Orders/stream/x")]
    [InlineData("arn:aws:kinesis:eu-central-1:123456789012:stream/Orders")]
    [InlineData("ARN:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/x")]
    public void Text_that_is_not_the_ARN_of_a_stream_is_refused(string? text)
    {
        Assert.False(StreamArn.TryParse(text, out var arn));
        Assert.Equal(default, arn);
        if (text is not null)
            Assert.Contains(text, Assert.Throws<FormatException>(() => StreamArn.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_empty_text() => Assert.Equal("", default(StreamArn).ToString());
}
