using System.Text;
using System.Text.Json;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class PlainJsonTests
{
    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Theory]
    [InlineData("""{"S":"x\"y"}""", "\"x\\u0022y\"")]
    [InlineData("""{"N":"12345678901234567890123456789012345678"}""", "12345678901234567890123456789012345678")]
    [InlineData("""{"N":"1.50"}""", "1.50")]
    [InlineData("""{"N":"-1E-30"}""", "-1E-30")]
    [InlineData("""{"B":"AQL/"}""", "\"AQL/\"")]
    [InlineData("""{"BOOL":true}""", "true")]
    [InlineData("""{"NULL":true}""", "null")]
    [InlineData("""{"M":{"a":{"S":"x"},"b":{"M":{}}}}""", """{"a":"x","b":{}}""")]
    [InlineData("""{"L":[{"S":"x"},{"L":[]},{"N":"1"}]}""", """["x",[],1]""")]
    [InlineData("""{"SS":["x","y"]}""", """["x","y"]""")]
    [InlineData("""{"NS":["1","2.50"]}""", "[1,2.50]")]
    [InlineData("""{"BS":["AQ=="]}""", """["AQ=="]""")]
    public void Value_is_written_as_a_person_would_write_it(string typed, string plain)
    {
        Assert.Equal(plain, Write(writer => Records.Value(typed).WriteTo(writer)));
        Assert.Equal($$"""{"a":{{plain}}}""", Write(writer => Records.Image($$"""{"a":{{typed}}}""").WriteTo(writer)));
    }

    [Theory]
    [InlineData("""{"N":""}""")]
    [InlineData("""{"N":"ten"}""")]
    [InlineData("""{"N":"NaN"}""")]
    [InlineData("""{"N":"1 2"}""")]
    [InlineData("""{"N":"1,\"b\":2"}""")]
    [InlineData("""{"N":"\"x\""}""")]
    [InlineData("""{"N":"1."}""")]
    [InlineData("""{"NS":["1","x"]}""")]
    [InlineData("""{"M":{"b":{"N":"x"}}}""")]
    [InlineData("""{"L":[{"S":7}]}""")]
    [InlineData("""{"M":7}""")]
    public void Malformed_value_is_refused_and_never_written_as_it_is(string typed) =>
        Assert.Throws<RecordFormatException>(() => Write(writer => Records.Value(typed).WriteTo(writer)));
}
