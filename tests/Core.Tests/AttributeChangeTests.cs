using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

public sealed class AttributeChangeTests
{
    private static StreamRecord Change(string before, string after) => Records.WithChange($"\"OldImage\":{before},\"NewImage\":{after}");

    /// <summary>The differences of an attribute <c>a</c>.</summary>
    private static IEnumerable<string> Differences(string before, string after) =>
        Change($$"""{"a":{{before}}}""", $$"""{"a":{{after}}}""").GetChanges().Select(change => change.ToString());

    [Fact]
    public void Differences_are_those_of_the_new_members_in_order_and_then_what_is_gone()
    {
        var changes = Change(
            """{"id":{"S":"o-1"},"gone":{"S":"g"},"status":{"S":"open"},"address":{"M":{"zip":{"S":"1"},"city":{"S":"Bonn"}}},"lines":{"L":[{"N":"1"},{"N":"2"}]}}""",
            """{"new":{"BOOL":true},"lines":{"L":[{"N":"1"},{"N":"3"},{"N":"4"}]},"address":{"M":{"city":{"S":"Ulm"}}},"status":{"S":"paid"},"id":{"S":"o-1"}}""").GetChanges();

        Assert.Equal(
            ["new: Added", "lines[1]: Changed", "lines[2]: Added", "address.city: Changed", "address.zip: Removed", "status: Changed", "gone: Removed"],
            changes.Select(change => change.ToString()));
        var city = Assert.Single(changes, change => change.Path == "address.city");
        Assert.Equal(AttributeChangeKind.Changed, city.Kind);
        Assert.Equal(("Bonn", "Ulm"), (city.OldValue?.AsString(), city.NewValue?.AsString()));
        Assert.Equal("dynamodb.OldImage.address.city", city.OldValue?.Path);
        Assert.True(changes[0].NewValue?.AsBoolean());
        Assert.Null(changes[0].OldValue);
        Assert.Equal("g", changes[^1].OldValue?.AsString());
        Assert.Null(changes[^1].NewValue);
    }

    [Theory]
    [InlineData("""{"N":"1"}""", """{"N":"1.0"}""")]
    [InlineData("""{"N":"100"}""", """{"N":"1E2"}""")]
    [InlineData("""{"N":"-0"}""", """{"N":"0.00"}""")]
    [InlineData("""{"S":"é\/"}""", """{"S":"\u00e9/"}""")]
    [InlineData("""{"B":"AQ=="}""", """{"B":"\u0041Q=="}""")]
    [InlineData("""{"BOOL":true}""", """{"BOOL": true}""")]
    [InlineData("""{"NULL":true}""", """{"NULL":1}""")]
    [InlineData("""{"SS":["x","y"]}""", """{"SS":["y","\u0078"]}""")]
    [InlineData("""{"NS":["1","2.50"]}""", """{"NS":["25E-1","1.0"]}""")]
    [InlineData("""{"BS":["AQ==","Ag=="]}""", """{"BS":["Ag==","AQ=="]}""")]
    [InlineData("""{"M":{"x":{"S":"1"},"y":{"M":{"n":{"N":"1"}}}}}""", """{"M":{"y":{"M":{"n":{"N":"1.0"}}},"x":{"S":"1"}}}""")]
    [InlineData("""{"L":[{"S":"x"},{"N":"1"}]}""", """{ "L" : [ {"S":"x"}, {"N":"1.0"} ] }""")]
    [InlineData("""{"M":{"x":{"N":"1"},"x":{"N":"2"}}}""", """{"M":{"x":{"N":"1"},"x":{"N":"3"}}}""")]
    public void Values_that_are_the_same_to_DynamoDB_do_not_differ(string before, string after)
    {
        Assert.Empty(Differences(before, after));
        Assert.Empty(Differences(after, before));
        Assert.False(Change($$"""{"a":{{before}}}""", $$"""{"a":{{after}}}""").HasChanged("a"));
    }

    [Theory]
    [InlineData("""{"S":"1"}""", """{"N":"1"}""", "a: Changed")]
    [InlineData("""{"S":"a"}""", """{"S":"A"}""", "a: Changed")]
    [InlineData("""{"N":"1"}""", """{"N":"1.0000000000000000000000000000000000001"}""", "a: Changed")]
    [InlineData("""{"N":"ten"}""", """{"N":"eleven"}""", "a: Changed")]
    [InlineData("""{"B":"AQ=="}""", """{"B":"AQI="}""", "a: Changed")]
    [InlineData("""{"BOOL":true}""", """{"BOOL":false}""", "a: Changed")]
    [InlineData("""{"SS":["x"]}""", """{"SS":["x","y"]}""", "a: Changed")]
    [InlineData("""{"NS":["1","2"]}""", """{"NS":["1","3"]}""", "a: Changed")]
    [InlineData("""{"BS":["AQ=="]}""", """{"BS":["Ag=="]}""", "a: Changed")]
    [InlineData("""{"SS":["1"]}""", """{"NS":["1"]}""", "a: Changed")]
    [InlineData("""{"M":{}}""", """{"L":[]}""", "a: Changed")]
    [InlineData("""{"M":{}}""", """{"M":{"x":{"M":{"y":{"S":"z"}}}}}""", "a.x: Added")]
    [InlineData("""{"M":{"x":{"M":{"y":{"S":"z"}}}}}""", """{"M":{"x":{"M":{}}}}""", "a.x.y: Removed")]
    [InlineData("""{"L":[{"N":"1"},{"N":"2"}]}""", """{"L":[{"N":"1"}]}""", "a[1]: Removed")]
    [InlineData("""{"L":[{"L":[{"S":"x"}]}]}""", """{"L":[{"L":[{"S":"y"}]}]}""", "a[0][0]: Changed")]
    [InlineData("""{"M":{"x.y":{"S":"1"},"":{"S":"1"}}}""", """{"M":{"x.y":{"S":"2"},"":{"S":"1"}}}""", "a['x.y']: Changed")]
    public void Values_that_differ_are_named_where_they_do(string before, string after, string difference)
    {
        Assert.Equal([difference], Differences(before, after));
        Assert.True(Change($$"""{"a":{{before}}}""", $$"""{"a":{{after}}}""").HasChanged("a"));
        Assert.True(Change($$"""{"a":{{before}}}""", $$"""{"a":{{after}}}""").HasChanged(difference.Split(": ")[0]));
    }

    [Fact]
    public void Element_put_in_front_makes_all_that_follow_different() => Assert.Equal(
        ["a[0]: Changed", "a[1]: Changed", "a[2]: Added"],
        Differences("""{"L":[{"N":"1"},{"N":"2"}]}""", """{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]}"""));

    [Fact]
    public void S56_inserted_item_is_added_and_removed_item_is_removed_attribute_by_attribute()
    {
        const string Image = """{"id":{"S":"o-1"},"m":{"M":{"x":{"S":"y"}}}}""";
        var insert = Records.Record($$$"""{"eventName":"INSERT","dynamodb":{"NewImage":{{{Image}}}}}""");
        var remove = Records.Record($$$"""{"eventName":"REMOVE","dynamodb":{"OldImage":{{{Image}}}}}""");

        Assert.Equal(["id: Added", "m: Added"], insert.GetChanges().Select(change => change.ToString()));
        Assert.Equal(["id: Removed", "m: Removed"], remove.GetChanges().Select(change => change.ToString()));
        foreach (var record in new[] { insert, remove })
        {
            Assert.True(record.HasChanged("m.x"));
            Assert.False(record.HasChanged("m.y"));
        }
    }

    [Theory]
    [InlineData("MODIFY", "\"StreamViewType\":\"KEYS_ONLY\"", "dynamodb.OldImage", "carries KEYS_ONLY")]
    [InlineData("MODIFY", "\"StreamViewType\":\"NEW_IMAGE\",\"NewImage\":{}", "dynamodb.OldImage", "carries NEW_IMAGE")]
    [InlineData("MODIFY", "\"StreamViewType\":\"OLD_IMAGE\",\"OldImage\":{}", "dynamodb.NewImage", "carries OLD_IMAGE")]
    [InlineData("INSERT", "\"StreamViewType\":\"OLD_IMAGE\"", "dynamodb.NewImage", "carries OLD_IMAGE")]
    [InlineData("REMOVE", "\"StreamViewType\":\"NEW_IMAGE\"", "dynamodb.OldImage", "carries NEW_IMAGE")]
    [InlineData("REMOVE", "\"SizeBytes\":1", "dynamodb.OldImage", "carries an unknown view")]
    public void S56_image_that_the_stream_does_not_carry_is_asked_for_by_the_view_that_has_it(string name, string members, string path, string carried)
    {
        var record = Records.Record($$$"""{"eventID":"e-1","eventName":"{{{name}}}","dynamodb":{"SequenceNumber":"7",{{{members}}}}}""");

        foreach (var error in new[] { Assert.Throws<RecordFormatException>(record.GetChanges), Assert.Throws<RecordFormatException>(() => record.HasChanged("a")) })
        {
            Assert.Equal(path, error.AttributePath);
            Assert.Equal("e-1", error.EventId);
            Assert.Contains(carried, error.Message, StringComparison.Ordinal);
            Assert.Contains("StreamViewType must be NEW_AND_OLD_IMAGES", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Malformed_attribute_that_differs_is_refused_with_its_path()
    {
        Assert.Equal("dynamodb.NewImage.a.x", Assert.Throws<RecordFormatException>(() => Differences("""{"M":{"x":{"S":"1"}}}""", """{"M":{"x":{"Q":"1"}}}""")).AttributePath);
        Assert.Equal("dynamodb.OldImage.a", Assert.Throws<RecordFormatException>(() => Differences("""{"S":1}""", """{"S":"x"}""")).AttributePath);
    }
}
