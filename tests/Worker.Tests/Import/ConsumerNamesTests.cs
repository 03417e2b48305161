using CsCheck;
using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class ConsumerNamesTests
{
    [Theory]
    [InlineData("IndexOrders", "IndexOrders")]
    [InlineData("index-orders_v1.2", "index-orders_v1.2")]
    [InlineData("a__b", "a_b")] // Two underscores separate the keys of an environment variable.
    [InlineData("_a:b/c_", "a-b-c")]
    [InlineData("ärger", "rger")]
    [InlineData("::", "consumer")]
    public void Name_keeps_what_is_valid(string text, string name) => Assert.Equal(name, ConsumerNames.Valid(text));

    [Fact]
    public void Name_that_is_alone_does_not_depend_on_the_others() =>
        Assert.Equal(["a", "b-one", "B-two", "c", "c-2"], ConsumerNames.For([Named("a", "x"), Named("b", "one"), Named("B", "two"), Named("c"), Named("c")]));

    [Fact]
    public void Names_are_valid_and_different_whatever_the_mappings_are_called() =>
        Gen.Select(One("a", "A", "a-2", "a_b", "a__b", "", "ä", new string('x', 200), new string('x', 126) + "-2"), One("", "q", "2", "b"))
            .Select((name, qualifier) => Named(name, qualifier)).List[0, 12].Sample(mappings =>
            {
                var names = ConsumerNames.For(mappings);

                Assert.Equal(mappings.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
                // The chart's rule, which is stricter than the worker's.
                Assert.All(names, name => Assert.Matches("^(?=.{1,128}$)[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$", name));
            });

    private static Gen<string> One(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static FoundMapping Named(string name, string qualifier = "") => new() { Name = name, Qualifier = qualifier, Settings = new MapNode(default, []), Function = "f" };
}
