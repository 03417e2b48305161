using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class ItemKeyTests
{
    private static string? KeyOf(string keys) => ItemKey.Of(Records.WithChange($"\"Keys\":{keys}"));

    [Theory]
    [InlineData("""{"pk":{"S":"a"},"sk":{"N":"1"}}""", """{"sk":{"N":"1"},"pk":{"S":"a"}}""")]
    [InlineData("""{"pk":{"S":"a/b"}}""", """{ "p\u006b" : { "S" : "a\/b" } }""")]
    [InlineData("""{"pk":{"N":"1"}}""", """{"pk":{"N":"1.0"}}""")]
    [InlineData("""{"pk":{"N":"100"}}""", """{"pk":{"N":"1E+2"}}""")]
    [InlineData("""{"pk":{"N":"0"}}""", """{"pk":{"N":"-0.0"}}""")]
    [InlineData("""{"pk":{"B":"AAE="}}""", """{"pk":{"B":"AA\u0045="}}""")]
    public void One_item_has_one_key_however_it_is_written(string one, string other)
    {
        Assert.NotNull(KeyOf(one));
        Assert.Equal(KeyOf(one), KeyOf(other));
    }

    [Theory]
    [InlineData("""{"pk":{"S":"a"}}""", """{"pk":{"S":"A"}}""")]
    [InlineData("""{"pk":{"S":"1"}}""", """{"pk":{"N":"1"}}""")]
    [InlineData("""{"pk":{"S":"AAE="}}""", """{"pk":{"B":"AAE="}}""")]
    [InlineData("""{"pk":{"N":"1"}}""", """{"pk":{"N":"-1"}}""")]
    [InlineData("""{"pk":{"N":"1"}}""", """{"pk":{"N":"10"}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"S":"b"}}""", """{"pk":{"S":"b"},"sk":{"S":"a"}}""")]
    [InlineData("""{"pk":{"S":"a"},"sk":{"S":""}}""", """{"pk":{"S":""},"sk":{"S":"a"}}""")]
    [InlineData("""{"pk":{"S":"a2:sk1:S"}}""", """{"pk":{"S":"a"},"sk":{"S":""}}""")]
    [InlineData("""{"a":{"S":"bS"}}""", """{"aS":{"S":"b"}}""")]
    [InlineData("""{"pk":{"N":"99999999999999999999999999999999999998"}}""", """{"pk":{"N":"99999999999999999999999999999999999999"}}""")]
    public void Two_items_have_two_keys(string one, string other) => Assert.NotEqual(KeyOf(one), KeyOf(other));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"pk":{"BOOL":true}}""")]
    [InlineData("""{"pk":{"N":"x"}}""")]
    [InlineData("""{"pk":{"B":"*"}}""")]
    [InlineData("""{"pk":7}""")]
    [InlineData("7")]
    [InlineData("null")]
    public void Key_that_cannot_be_read_is_none(string keys) => Assert.Null(KeyOf(keys));

    [Fact]
    public void Record_without_keys_has_none() => Assert.Null(ItemKey.Of(Records.Record("""{"eventID":"e","dynamodb":{"SequenceNumber":"1"}}""")));
}
