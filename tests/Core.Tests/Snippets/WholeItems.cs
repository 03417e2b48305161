using System.Text.Json;

namespace StreamWorker.Core.Tests.Snippets;

public sealed class WholeItems
{
    [Fact]
    public void Attributes_are_enumerated_in_the_order_in_which_they_were_received()
    {
        Item address = Example.Record.NewImage!.GetMap("address");

        foreach (var (name, value) in address)
            Assert.Equal(name == "city" ? "Ulm" : "53111", value.AsString());
    }

    [Fact]
    public void Item_becomes_a_dictionary()
    {
        IReadOnlyDictionary<string, object?> order = Example.Record.NewImage!.ToDictionary();

        Assert.Equal("paid", order["status"]);
        Assert.Equal(129.9m, order["total"]);
        Assert.Equal("12345678901234567890123456789012345678", order["ledger"]);
        Assert.Equal(new byte[] { 1, 2, 255 }, order["receipt"]);
        Assert.Null(order["note"]);
        Assert.Equal("Ulm", ((IReadOnlyDictionary<string, object?>)order["address"]!)["city"]);
        Assert.Equal(2, ((IReadOnlyList<object?>)order["lines"]!).Count);
        Assert.Contains("web", (IReadOnlySet<string>)order["tags"]!);
        Assert.Contains(40.5m, (IReadOnlySet<decimal>)order["sizes"]!);
    }

    [Fact]
    public void Item_is_written_as_plain_JSON()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Example.Record.OldImage!.WriteTo(writer);

        Assert.Equal(
            """
            {"id":"o-1","status":"open","total":129.9,"coupon":"SPRING","tags":["new","web"],"address":{"city":"Bonn","zip":"53111"},"lines":[{"sku":"s-1","price":129.9}]}
            """,
            System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Typed_JSON_is_there_as_it_was_received() =>
        Assert.True(Example.Record.Keys.Utf8Json.Span.SequenceEqual("""{ "id": { "S": "o-1" } }"""u8));
}
