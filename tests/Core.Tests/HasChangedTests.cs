using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests;

public sealed class HasChangedTests
{
    private static readonly StreamRecord s_record = Records.WithChange("""
        "OldImage":{"same":{"N":"1"},"status":{"S":"open"},"gone":{"S":"x"},"address":{"M":{"city":{"S":"Bonn"},"zip":{"S":"1"}}},"lines":{"L":[{"M":{"p":{"N":"1"}}},{"N":"2"}]},
                    "a.b":{"S":"1"},"it's":{"S":"1"},"":{"S":"1"},"new\nline":{"S":"1"},"a b":{"S":"1"}},
        "NewImage":{"same":{"N":"1.0"},"status":{"S":"paid"},"new":{"S":"x"},"address":{"M":{"city":{"S":"Ulm"},"zip":{"S":"1"}}},"lines":{"L":[{"M":{"p":{"N":"2"}}},{"N":"2"}]},
                    "a.b":{"S":"2"},"it's":{"S":"2"},"":{"S":"2"},"new\nline":{"S":"2"},"a b":{"S":"2"}}
        """);

    [Theory]
    [InlineData("same", false)]
    [InlineData("status", true)]
    [InlineData("gone", true)]
    [InlineData("new", true)]
    [InlineData("never", false)]
    [InlineData("address", true)]
    [InlineData("address.city", true)]
    [InlineData("address.zip", false)]
    [InlineData("address.never", false)]
    [InlineData("address[0]", false)]
    [InlineData("status.x", false)]
    [InlineData("lines[0].p", true)]
    [InlineData("lines[0]", true)]
    [InlineData("lines[1]", false)]
    [InlineData("lines[7]", false)]
    [InlineData("lines.p", false)]
    [InlineData("[0]", false)]
    [InlineData("['a.b']", true)]
    [InlineData("['it\\'s']", true)]
    [InlineData("['']", true)]
    [InlineData("['new\\u000aline']", true)]
    [InlineData("a b", true)]
    [InlineData("['address']['city']", true)]
    [InlineData("['lines'][1]", false)]
    public void Attribute_is_asked_by_its_path(string path, bool hasChanged) => Assert.Equal(hasChanged, s_record.HasChanged(path));

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a[-1]")]
    [InlineData("a[1")]
    [InlineData("a[99999999999]")]
    [InlineData("a[0]b")]
    [InlineData("['a")]
    [InlineData("['a'")]
    [InlineData("['a'x]")]
    [InlineData("['a\\u12']")]
    [InlineData("['a\\")]
    public void Text_that_is_no_path_is_refused_by_name(string path)
    {
        var error = Assert.Throws<ArgumentException>(() => s_record.HasChanged(path));

        Assert.Equal("path", error.ParamName);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_of_every_change_is_one_that_can_be_asked_for() =>
        Assert.All(s_record.GetChanges(), change => Assert.True(s_record.HasChanged(change.Path), change.Path));

    [Fact]
    public void Path_of_a_value_is_read_back_as_it_was_written()
    {
        var names = new[] { "plain", "a.b", "", "[0]", "it's", "back\\slash", "\ud800", "😀", "tab\t", "\u2028", "\\u0041" };

        foreach (var name in names)
        {
            var path = new AttributePlace(new AttributePlace(new AttributePlace(null, name), 3), name).ToString();
            Assert.Equal([new ItemPath.Step(name), new ItemPath.Step(null, 3), new ItemPath.Step(name)], ItemPath.Parse(path));
        }
    }
}
