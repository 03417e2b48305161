using System.Numerics;

namespace StreamWorker.Core.Tests.Snippets;

public sealed class AttributeReads
{
    [Fact]
    public void Attributes_are_read_by_name_and_type()
    {
        Item order = Example.Record.NewImage!;

        Assert.Equal("o-1", order.GetString("id"));
        Assert.Equal(129.9m, order.GetDecimal("total"));
        Assert.Equal(3, order.GetInt64("version"));
        Assert.Equal(0.0015, order.GetDouble("weight"));
        Assert.Equal(BigInteger.Parse("12345678901234567890123456789012345678"), order.GetBigInteger("ledger"));
        Assert.Equal("129.90", order.GetNumberText("total"));
        Assert.True(order.GetBoolean("paid"));
        Assert.Equal([1, 2, 255], order.GetBytes("receipt"));
        Assert.Contains("web", order.GetStringSet("tags"));
        Assert.Contains("40.5", order.GetNumberSet("sizes"));
        Assert.Contains(new byte[] { 2 }, order.GetBinarySet("hashes"));
    }

    [Fact]
    public void Maps_and_lists_are_read_on()
    {
        Item order = Example.Record.NewImage!;

        Assert.Equal("Ulm", order.GetMap("address").GetString("city"));
        Assert.Equal(["s-1", "s-2"], order.GetList("lines").Select(line => line.AsMap().GetString("sku")));
    }

    [Fact]
    public void Attributes_that_need_not_be_there_are_looked_for()
    {
        Item order = Example.Record.NewImage!;

        Assert.Null(order.Find("discount")?.AsDecimal());
        Assert.Equal(129.9m, order.Find("total")?.AsDecimal());
        Assert.True(order["note"].IsNull);
        if (order.TryGetValue("version", out AttributeValue version))
            Assert.Equal(AttributeType.Number, version.Type);
    }
}
