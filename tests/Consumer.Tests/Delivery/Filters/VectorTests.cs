namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>What AWS's own mapping was recorded to do.</summary>
public sealed class VectorTests
{
    // V-11, F8
    [Theory]
    [InlineData("42", true)]
    [InlineData("101", false)]
    public void Numeric_never_matches_a_number_of_DynamoDB_V11(string number, bool matches) => Assert.Equal(matches, Samples.Matches(
        """{"dynamodb":{"NewImage":{"k":{"N":[{"numeric":[">",100]},{"anything-but":"101"}]}}}}""", Samples.NewImage($$$"""{"k":{"N":"{{{number}}}"}}""")));

    // V-12, F10
    [Theory]
    [InlineData("""{"k":{"S":"v"}}""")]
    [InlineData("""{"j":{"S":"v"}}""")]
    public void Exists_one_level_too_high_matches_with_and_without_the_attribute_V12(string image) =>
        Assert.True(Samples.Matches("""{"dynamodb":{"NewImage":{"k":[{"exists":false}]}}}""", Samples.NewImage(image)));

    // V-13, F7
    [Theory]
    [InlineData("""{"k":{"S":"v"}}""", true)]
    [InlineData("""{"j":{"S":"v"}}""", false)]
    public void Exists_at_the_value_matches_items_with_the_attribute_V13(string image, bool matches) =>
        Assert.Equal(matches, Samples.Matches("""{"dynamodb":{"NewImage":{"k":{"S":[{"exists":true}]}}}}""", Samples.NewImage(image)));

    // V-14, F7
    [Fact]
    public void Attribute_without_its_type_never_matches_V14() =>
        Assert.False(Samples.Matches("""{"dynamodb":{"NewImage":{"k":["v"]}}}""", Samples.NewImage("""{"k":{"S":"v"}}""")));

    // V-15, F9
    [Fact]
    public void Creation_time_is_a_number_V15() =>
        Assert.True(Samples.Matches("""{"dynamodb":{"ApproximateCreationDateTime":[{"numeric":[">",0]}]}}""", Samples.NewImage("{}")));
}
