using System.Buffers;
using System.Text;
using CsCheck;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

public sealed class ItemPropertyTests
{
    private static readonly int s_iterations = Effort.Of(1000);

    private static string Typed(TypedValue.Map map, bool isEscaped) =>
        TypedValue.Write(writer => map.WriteMembers(writer, (value, w) => value.WriteTyped(w)), isEscaped);

    private static string Plain(TypedValue.Map map) =>
        TypedValue.Write(writer => map.WriteMembers(writer, (value, w) => value.WritePlain(w)), isEscaped: false);

    [Fact]
    public void Any_item_comes_back_value_by_value() => Gen.Select(TypedValue.Items, Gen.Bool).Sample(
        (map, isEscaped) =>
        {
            using var page = Records.Page(Records.Insert, $$$"""{"dynamodb":{"OldImage":{},"NewImage":{{{Typed(map, isEscaped)}}}}}""", Records.Insert);
            AssertSame(map, page.Records[1].NewImage!);
            AssertSame(map, page.Records[1].Detach().NewImage!);
            Assert.Equal("o-1", page.Records[2].Keys.GetString("id"));
        },
        iter: s_iterations);

    [Fact]
    public void Any_item_is_found_attribute_by_attribute() => Gen.Select(TypedValue.Items, Gen.Bool).Sample(
        (map, isEscaped) =>
        {
            var image = Records.Image(Typed(map, isEscaped));
            foreach (var (name, value) in map.Members)
                AssertSame(value, image[name]);
        },
        iter: s_iterations);

    [Fact]
    public void Any_item_is_plain_JSON_with_every_digit() => Gen.Select(TypedValue.Items, Gen.Bool).Sample(
        (map, isEscaped) =>
        {
            var image = Records.Image(Typed(map, isEscaped));
            Assert.Equal(Plain(map), TypedValue.Write(image.WriteTo, isEscaped: false));
        },
        iter: s_iterations);

    [Fact]
    public void V5_any_item_passes_through_the_Lambda_event_byte_by_byte() => Gen.Select(TypedValue.Items, TypedValue.Items, Gen.Bool).Sample(
        (newImage, oldImage, isEscaped) =>
        {
            using var page = Records.Page($$$"""{"dynamodb":{"NewImage":{{{Typed(newImage, isEscaped)}}},"OldImage":{{{Typed(oldImage, isEscaped)}}}}}""");
            var output = new ArrayBufferWriter<byte>();
            LambdaEvent.Write(output, page.Records);

            using var again = RecordPage.Parse(output.WrittenMemory);

            var record = Assert.Single(again.Records);
            Assert.Equal(Typed(newImage, isEscaped), Encoding.UTF8.GetString(record.NewImage!.Utf8Json.Span));
            Assert.Equal(Typed(oldImage, isEscaped), Encoding.UTF8.GetString(record.OldImage!.Utf8Json.Span));
            Assert.Equal(Records.Stream, record.StreamArn);
        },
        iter: s_iterations);

    private static void AssertSame(TypedValue.Map expected, Item actual)
    {
        var attributes = actual.ToList();
        Assert.Equal(expected.Members.Select(member => member.Key), attributes.Select(attribute => attribute.Key));
        foreach (var (member, attribute) in expected.Members.Zip(attributes))
            AssertSame(member.Value, attribute.Value);
    }

    private static void AssertSame(TypedValue expected, AttributeValue actual)
    {
        switch (expected)
        {
            case TypedValue.Text text:
                Assert.Equal(text.Value, actual.AsString());
                break;
            case TypedValue.Number number:
                Assert.Equal(number.Digits, actual.AsNumberText());
                break;
            case TypedValue.Binary binary:
                Assert.Equal(binary.Base64, Convert.ToBase64String(actual.AsBytes()));
                break;
            case TypedValue.Boolean boolean:
                Assert.Equal(boolean.Value, actual.AsBoolean());
                break;
            case TypedValue.Null:
                Assert.True(actual.IsNull);
                break;
            case TypedValue.Set { Type: AttributeType.StringSet } set:
                Assert.True(actual.AsStringSet().SetEquals(set.Members));
                break;
            case TypedValue.Set { Type: AttributeType.NumberSet } set:
                Assert.True(actual.AsNumberSet().SetEquals(set.Members));
                break;
            case TypedValue.Set set:
                Assert.Equal(set.Members, actual.AsBinarySet().Select(Convert.ToBase64String));
                break;
            case TypedValue.List list:
                var members = actual.AsList();
                Assert.Equal(list.Members.Length, members.Count);
                foreach (var (member, value) in list.Members.Zip(members))
                    AssertSame(member, value);
                break;
            case TypedValue.Map map:
                AssertSame(map, actual.AsMap());
                break;
            default:
                throw new InvalidOperationException();
        }
    }
}
