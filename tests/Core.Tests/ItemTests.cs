using System.Text;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

public sealed class ItemTests
{
    private readonly Item _item = Records.Image("""{"id":{"S":"o-1"},"count":{"N":"3"},"rate":{"N":"0.5"},"paid":{"BOOL":true},"raw":{"B":"AQ=="},"näm\u00e9\"":{"S":"x"},"":{"S":"empty"}}""");

    [Fact]
    public void Attributes_are_got_by_name_and_type()
    {
        Assert.Equal("o-1", _item.GetString("id"));
        Assert.Equal(3, _item.GetInt64("count"));
        Assert.Equal(0.5m, _item.GetDecimal("rate"));
        Assert.Equal(0.5, _item.GetDouble("rate"));
        Assert.True(_item.GetBoolean("paid"));
        Assert.Equal([1], _item.GetBytes("raw"));
        Assert.Equal("x", _item.GetString("nämé\""));
        Assert.Equal("empty", _item.GetString(""));
    }

    [Fact]
    public void S57_attribute_of_every_type_has_its_getter()
    {
        var item = Records.Image("""{"n":{"N":"1E+2"},"m":{"M":{"x":{"S":"y"}}},"l":{"L":[{"N":"1"}]},"ss":{"SS":["x"]},"ns":{"NS":["1.0"]},"bs":{"BS":["AQ=="]}}""");

        Assert.Equal("1E+2", item.GetNumberText("n"));
        Assert.Equal(100, item.GetBigInteger("n"));
        Assert.Equal("y", item.GetMap("m").GetString("x"));
        Assert.Equal(1, Assert.Single(item.GetList("l")).AsInt64());
        Assert.Equal(["x"], item.GetStringSet("ss"));
        Assert.Equal(["1.0"], item.GetNumberSet("ns"));
        Assert.Equal([[1]], item.GetBinarySet("bs"));
    }

    [Fact]
    public void Attribute_that_need_not_be_there_is_found_or_null()
    {
        var item = Records.Image("""{"n":{"N":"1"},"nothing":{"NULL":true}}""");

        Assert.Equal(1, item.Find("n")?.AsInt64());
        Assert.Null(item.Find("m")?.AsInt64());
        Assert.True(item.Find("nothing")?.IsNull);
        Assert.Throws<RecordFormatException>(() => item.Find("nothing")?.AsInt64());
    }

    [Fact]
    public void Attributes_come_in_the_order_in_which_they_were_received() =>
        Assert.Equal(["id", "count", "rate", "paid", "raw", "nämé\"", ""], _item.Select(attribute => attribute.Key));

    [Fact]
    public void Attribute_that_is_not_there_is_said_with_its_name()
    {
        Assert.False(_item.Contains("ID"));
        Assert.False(_item.TryGetValue("total", out _));
        Assert.Null(_item.Find("total"));
        Assert.Equal("dynamodb.NewImage.total", Assert.Throws<RecordFormatException>(() => _item["total"]).AttributePath);
        Assert.True(_item.Contains("id"));
    }

    [Fact]
    public void Attribute_of_another_type_is_refused_with_its_path() =>
        Assert.Equal("dynamodb.NewImage.id", Assert.Throws<RecordFormatException>(() => _item.GetInt64("id")).AttributePath);

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("12")]
    public void Image_that_is_no_object_is_refused_when_it_is_read(string json)
    {
        var image = Records.Image(json);

        Assert.Equal("dynamodb.NewImage", Assert.Throws<RecordFormatException>(() => image["id"]).AttributePath);
        Assert.Throws<RecordFormatException>(() => image.Count());
        Assert.Equal(json, Encoding.UTF8.GetString(image.Utf8Json.Span));
    }

    [Fact]
    public void Nothing_is_decoded_before_it_is_asked_for()
    {
        var image = Records.Image("""{"bad":{"S":{"x":[1,2]}},"worse":[],"id":{"S":"o-1"}}""");

        Assert.Equal("o-1", image.GetString("id"));
        Assert.Throws<RecordFormatException>(() => image.GetString("bad"));
    }

    [Fact]
    public void Text_of_an_item_is_plain_JSON() =>
        Assert.Equal("""{"id":"o-1","n":12.50}""", Records.Image("""{"id":{"S":"o-1"},"n":{"N":"12.50"}}""").ToString());
}
