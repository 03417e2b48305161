using System.Text.Json.Serialization;
using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Snippets;

public sealed partial class TypedItems
{
    [Fact]
    public void Item_becomes_an_object()
    {
        Order order = Example.Record.NewImage!.To(ShopJson.Default.Order);

        Assert.Equal(("o-1", 129.9m, 3), (order.Id, order.Total, order.Version));
        Assert.Equal([1, 2, 255], order.Receipt);
        Assert.Equal(["new", "web"], order.Tags.Order(StringComparer.Ordinal));
        Assert.Equal(new Line("s-2", 0), order.Lines[1]);
    }

    [Fact]
    public void Value_becomes_an_object() => Assert.Equal(new Line("s-1", 129.9m), Example.Record.NewImage!.GetList("lines")[0].To(ShopJson.Default.Line));

    [Fact]
    public void Item_that_does_not_fit_is_an_error_that_says_where()
    {
        var error = Assert.Throws<RecordFormatException>(() => Example.Record.OldImage!.To(ShopJson.Default.Receipt));

        Assert.Equal("dynamodb.OldImage.total", error.AttributePath);
    }

    internal sealed record Order(string Id, decimal Total, int Version, byte[] Receipt, HashSet<string> Tags, IReadOnlyList<Line> Lines);

    internal sealed record Line(string Sku, decimal Price);

    internal sealed record Receipt(int Total);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Receipt))]
    internal sealed partial class ShopJson : JsonSerializerContext;
}
