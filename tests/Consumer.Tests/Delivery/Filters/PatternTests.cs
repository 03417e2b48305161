namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>How members, alternatives and lists go together, and what a filter sees.</summary>
public sealed class PatternTests
{
    private const string TimeToLive =
        """{"eventName":"REMOVE","userIdentity":{"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"},"dynamodb":{"Keys":{"id":{"S":"1"}},"SequenceNumber":"1"}}""";

    private const string Lines = """{"lines":{"L":[{"M":{"sku":{"S":"a"},"count":{"N":"1"}}},{"M":{"sku":{"S":"b"},"count":{"N":"2"}}}]}}""";

    // F1, F16
    [Theory]
    [InlineData("""{"eventName":["INSERT"],"awsRegion":["eu-central-1"]}""", true)]
    [InlineData("""{"eventName":["INSERT"],"awsRegion":["us-east-1"]}""", false)]
    [InlineData("""{"eventName":["MODIFY"],"awsRegion":["eu-central-1"]}""", false)]
    [InlineData("""{"eventSource":["aws:dynamodb"],"eventName":["MODIFY","INSERT"]}""", true)]
    [InlineData("""{"eventID":["1"],"dynamodb":{"SequenceNumber":["1"],"Keys":{"id":{"S":[{"prefix":"o-"}]}}}}""", true)]
    [InlineData("""{"dynamodb":{"Keys":{"id":{"S":["o-1"]}},"NewImage":{"k":{"S":["w"]}}}}""", false)]
    [InlineData("""{"dynamodb":{"OldImage":{"k":{"S":["v"]}}}}""", false)]
    [InlineData("""{"dynamodb":{"OldImage":{"k":{"S":[{"exists":false}]}}}}""", true)]
    public void Members_of_a_pattern_are_all_asked_for(string pattern, bool matches) =>
        Assert.Equal(matches, Samples.Matches(pattern, Samples.NewImage("""{"k":{"S":"v"}}""")));

    // F15
    [Theory]
    [InlineData("""{"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"NewImage":{"k":{"S":["v"]}}}}]}""", true)]
    [InlineData("""{"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"NewImage":{"k":{"S":["w"]}}}}]}""", false)]
    [InlineData("""{"eventName":["INSERT"],"dynamodb":{"$or":[{"OldImage":{"k":{"S":["v"]}}},{"NewImage":{"k":{"S":["v"]}}}]}}""", true)]
    [InlineData("""{"eventName":["MODIFY"],"dynamodb":{"$or":[{"OldImage":{"k":{"S":["v"]}}},{"NewImage":{"k":{"S":["v"]}}}]}}""", false)]
    [InlineData("""{"$or":[{"eventName":["INSERT"]},{"eventName":["MODIFY"]}],"dynamodb":{"$or":[{"NewImage":{"k":{"S":["w"]}}},{"SizeBytes":[26]}]}}""", true)]
    [InlineData("""{"dynamodb":{"NewImage":{"$or":[{"k":{"S":["w"]}},{"$or":[{"j":{"S":["v"]}},{"k":{"S":["v"]}}]}]}}}""", true)]
    public void Alternatives_are_asked_for_one_or_the_other(string pattern, bool matches) =>
        Assert.Equal(matches, Samples.Matches(pattern, Samples.NewImage("""{"k":{"S":"v"}}""")));

    // F15: with less than two objects, or with an operator in one, it is a member's name.
    [Fact]
    public void Or_with_conditions_is_the_name_of_a_member()
    {
        var record = Samples.Of("""{"$or":"v","dynamodb":{"SequenceNumber":"1"}}""");
        Assert.True(Samples.Matches("""{"$or":[{"prefix":"v"},{"suffix":"x"}]}""", record));
        Assert.True(Samples.Matches("""{"$or":["v"]}""", record));
        Assert.False(Samples.Matches("""{"$or":["w"]}""", record));
    }

    // F1
    [Fact]
    public void Record_matches_a_filter_of_several_patterns_when_it_matches_one()
    {
        var filter = new PatternFilter([.. new[] { """{"eventName":["REMOVE"]}""", """{"dynamodb":{"NewImage":{"k":{"S":["v"]}}}}""" }.Select(PatternReader.Read)]);
        Assert.True(filter.Matches(Samples.NewImage("""{"k":{"S":"v"}}""")));
        Assert.True(filter.Matches(Samples.NewImage("""{"k":{"S":"w"}}""", "REMOVE")));
        Assert.False(filter.Matches(Samples.NewImage("""{"k":{"S":"w"}}""")));
    }

    // F12
    [Theory]
    [InlineData("""{"lines":{"L":{"M":{"sku":{"S":["b"]}}}}}""", true)]
    [InlineData("""{"lines":{"L":{"M":{"sku":{"S":["c"]}}}}}""", false)]
    [InlineData("""{"lines":{"L":{"M":{"sku":{"S":["b"]},"count":{"N":["2"]}}}}}""", true)]
    [InlineData("""{"lines":{"L":{"M":{"sku":{"S":["b"]},"count":{"N":["1"]}}}}}""", false)]
    [InlineData("""{"lines":{"L":{"M":{"sku":{"S":["b"]},"gift":{"BOOL":[{"exists":false}]}}}}}""", true)]
    [InlineData("""{"lines":{"L":{"M":{"sku":{"S":["b"]},"count":{"N":[{"exists":false},"1"]}}}}}""", false)]
    [InlineData("""{"lines":{"L":{"M":{"$or":[{"sku":{"S":["a"]}},{"count":{"N":["2"]}}]}}}}""", true)]
    public void Elements_of_a_list_are_looked_at_one_by_one_and_never_mixed(string image, bool matches) =>
        Assert.Equal(matches, Samples.Matches($$$"""{"dynamodb":{"NewImage":{{{image}}}}}""", Samples.NewImage(Lines)));

    // F12: the example of AWS's own page.
    [Fact]
    public void List_of_texts_matches_when_any_element_does()
    {
        const string Pattern = """{"dynamodb":{"NewImage":{"tags":{"L":{"S":["a"]}}}}}""";
        Assert.True(Samples.Matches(Pattern, Samples.NewImage("""{"tags":{"L":[{"S":"b"},{"S":"a"}]}}""")));
        Assert.False(Samples.Matches(Pattern, Samples.NewImage("""{"tags":{"L":[{"S":"b"},{"N":"1"}]}}""")));
        Assert.False(Samples.Matches(Pattern, Samples.NewImage("""{"tags":{"L":[]}}""")));
    }

    [Fact]
    public void Element_is_what_a_refusal_explains_when_all_members_are_there() => Assert.Equal(
        "every member is there, but no one element of a list has all of them",
        FilterPattern.Parse("""{"dynamodb":{"NewImage":{"lines":{"L":{"M":{"sku":{"S":["b"]},"count":{"N":["1"]}}}}}}}""").Explain(Samples.NewImage(Lines)));

    // F17, V-32
    [Theory]
    [InlineData("""{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}""", true)]
    [InlineData("""{"userIdentity":{"type":["Service"],"principalId":["someone"]}}""", false)]
    [InlineData("""{"userIdentity":{"Type":["Service"]}}""", false)]
    [InlineData("""{"userIdentity":{"Type":[{"exists":false}]}}""", true)]
    public void Identity_of_a_time_to_live_delete_is_seen_in_lower_camel_case_V32(string pattern, bool matches)
    {
        Assert.Equal(matches, Samples.Matches(pattern, Samples.Of(TimeToLive)));
        Assert.Equal(matches, Samples.Matches(pattern, Samples.Of(TimeToLive.Replace("Type", "type", StringComparison.Ordinal).Replace("PrincipalId", "principalId", StringComparison.Ordinal))));
    }

    // F17
    [Theory]
    [InlineData("""{"dynamodb":{"SequenceNumber":"1"}}""", Samples.Arn, true)]
    [InlineData("""{"dynamodb":{"SequenceNumber":"1"}}""", "arn:x", false)]
    [InlineData("""{"dynamodb":{"SequenceNumber":"1"},"eventSourceARN":null}""", Samples.Arn, true)]
    [InlineData("""{"dynamodb":{"SequenceNumber":"1"},"eventSourceARN":"arn:x"}""", "arn:x", true)]
    [InlineData("""{"dynamodb":{"SequenceNumber":"1"},"eventSourceARN":"arn:x"}""", Samples.Arn, false)]
    public void Stream_is_part_of_what_a_filter_sees(string record, string wanted, bool matches) =>
        Assert.Equal(matches, Samples.Matches($$"""{"eventSourceARN":["{{wanted}}"]}""", Samples.Of(record)));

    // F19
    [Fact]
    public void Empty_pattern_matches_every_record()
    {
        Assert.True(Samples.Matches("{}", Samples.NewImage("{}")));
        Assert.True(Samples.Matches(" {\n} ", Samples.Of("7")));
    }

    // F2, V-16
    [Fact]
    public void Member_that_is_named_twice_counts_as_it_is_named_last_and_a_finding_says_so_V16()
    {
        var pattern = FilterPattern.Parse("""{"dynamodb":{"NewImage":{"a":{"S":["x"]}}},"dynamodb":{"NewImage":{"b":{"S":["y"]}}}}""");
        Assert.True(pattern.Matches(Samples.NewImage("""{"b":{"S":"y"}}""")));
        Assert.False(pattern.Matches(Samples.NewImage("""{"a":{"S":"x"}}""")));
        Assert.Equal("dynamodb: the member is named more than once, and only the last one counts; write one object with all its members [F2]", Assert.Single(pattern.Findings).ToString());
    }

    [Theory]
    [InlineData("""{"eventName":["MODIFY"]}""", """eventName is "INSERT", and ["MODIFY"] is asked for""")]
    [InlineData("""{"eventName":["INSERT"],"dynamodb":{"NewImage":{"x":{"S":["v"]}}}}""", """dynamodb.NewImage.x.S is not there, and ["v"] is asked for""")]
    [InlineData("""{"dynamodb":{"NewImage":{"t":{"SS":["v"]}}}}""", """dynamodb.NewImage.t.SS is "a", "b", "c", …, and ["v"] is asked for""")]
    [InlineData("""{"$or":[{"eventName":["REMOVE"],"awsRegion":["x"]},{"eventName":["MODIFY"],"eventID":["1"]}]}""", """eventName is "INSERT", and ["MODIFY"] is asked for""")]
    [InlineData("""{"userIdentity":{"type":["Service"]}}""", """userIdentity.type is not there, and ["Service"] is asked for""")]
    public void First_member_that_fails_explains_why_a_record_does_not_match(string pattern, string reason) =>
        Assert.Equal(reason, FilterPattern.Parse(pattern).Explain(Samples.NewImage("""{"k":{"S":"v"},"t":{"SS":["a","b","c","d"]}}""")));
}
