using StreamWorker.Tests.Shared;

namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>What is no pattern is refused with place and rule.</summary>
public sealed class PatternFaultTests
{
    private static readonly string[] s_patterns =
    [
        """{"eventName":["INSERT",null,1.50],"dynamodb":{"NewImage":{"k":{"S":[{"prefix":"a"},{"suffix":"b"},{"equals-ignore-case":"\u00e9"}],"N":[{"streamworker:numeric":[">","1","<=",5]}]}}}}""",
        """{"$or":[{"a":[{"exists":false}]},{"b":{"c":[{"anything-but":["x",1]}]}}],"dynamodb":{"ApproximateCreationDateTime":[{"numeric":[">",0,"<",9e9]}]}}""",
        """{"userIdentity":{"type":["Service"]},"eventSourceARN":[{"prefix":"arn:"}]}""",
    ];

    private static readonly string[] s_records =
    [
        """{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":17,"NewImage":{"k":{"S":"ab","N":"5"},"l":{"L":[{"M":{"a":{"S":"x"}}},{"N":"1"}]}},"SequenceNumber":"1"},"userIdentity":{"Type":"Service"}}""",
        """{"a":[[1,{"b":2}],"x",null],"b":{"c":["\u00e9",-1e5]},"eventSourceARN":null}""",
    ];

    [Theory]
    [InlineData("\"INSERT\"", "the pattern: a JSON object is expected, for example {\"eventName\":[\"INSERT\"]} [F1]")]
    [InlineData("[]", "the pattern: a JSON object is expected, for example {\"eventName\":[\"INSERT\"]} [F1]")]
    [InlineData("", "the pattern: is not valid JSON (line 1, byte 1) [E22]")]
    [InlineData("{\"eventName\":[\n\"INSERT\"}", "the pattern: is not valid JSON (line 2, byte 9) [E22]")]
    [InlineData("""{"a":["\ud800"]}""", "a[0]: the text is not valid [E22]")]
    [InlineData("""{"a":{"\ud800":[1]}}""", "a: the name of a member is not valid text [E22]")]
    [InlineData("""{"eventName":"INSERT"}""", "eventName: a list of conditions or an object is expected, and \"INSERT\" was found; write [\"INSERT\"] [F1]")]
    [InlineData("""{"dynamodb":{}}""", "dynamodb: an object without members asks for nothing; only a whole pattern may be empty [F1]")]
    [InlineData("""{"eventName":[]}""", "eventName: a list without conditions matches nothing [F1]")]
    [InlineData("""{"eventName":[["INSERT"]]}""", "eventName[0]: a condition is a text, a number, true, false, null or an operator, not a list [F1]")]
    [InlineData("""{"a":[{"wildcard":"x*"}]}""", "a[0].wildcard: is an operator of EventBridge that Lambda's filters do not have [F4]")]
    [InlineData("""{"a":["x",{"cidr":"10.0.0.0/8"}]}""", "a[1].cidr: is an operator of EventBridge that Lambda's filters do not have [F4]")]
    [InlineData("""{"a":[{"prefix":{"equals-ignore-case":"x"}}]}""", "a[0].prefix: operators inside operators are EventBridge's; Lambda's filters do not have them [F4]")]
    [InlineData("""{"a":[{"anything-but":{"prefix":"x"}}]}""", "a[0].anything-but: operators inside operators are EventBridge's; Lambda's filters do not have them [F4]")]
    [InlineData("""{"a":[{"matches":"x"}]}""", "a[0].matches: is not an operator (prefix, suffix, anything-but, equals-ignore-case, numeric, exists, streamworker:numeric are); $or is one of at least two objects without operators in them [F3]")]
    [InlineData("""{"$or":[{"a":["x"]}]}""", "$or[0].a: is not an operator (prefix, suffix, anything-but, equals-ignore-case, numeric, exists, streamworker:numeric are); $or is one of at least two objects without operators in them [F3]")]
    [InlineData("""{"a":[{"prefix":"x","suffix":"y"}]}""", """a[0]: an operator is an object with one member, and {"prefix":"x","suffix":"y"} has 2 [F3]""")]
    [InlineData("""{"a":[{}]}""", "a[0]: an operator is an object with one member, and {} has 0 [F3]")]
    [InlineData("""{"a":[{"prefix":1}]}""", "a[0].prefix: a text is expected, and 1 was found [F3]")]
    [InlineData("""{"a":[{"exists":"true"}]}""", "a[0].exists: true or false is expected, and \"true\" was found [F3]")]
    [InlineData("""{"a":[{"anything-but":[]}]}""", "a[0].anything-but: a list without values excludes nothing; write {\"exists\":true} [F3]")]
    [InlineData("""{"a":[{"anything-but":null}]}""", "a[0].anything-but: texts and numbers can be excluded, and null was found [F3]")]
    [InlineData("""{"a":[{"numeric":5}]}""", "a[0].numeric: a comparison and a number are expected, or both ends of a range: [\"=\",5], [\">\",0], [\">\",0,\"<=\",5]; 5 was found [F3]")]
    [InlineData("""{"a":[{"numeric":["!=",5]}]}""", "a[0].numeric: one of \"=\", \"<\", \"<=\", \">\" and \">=\" is expected, and \"!=\" was found [F3]")]
    [InlineData("""{"a":[{"numeric":["=","5"]}]}""", "a[0].numeric: a number is expected, and \"5\" was found [F3]")]
    [InlineData("""{"a":[{"streamworker:numeric":["=","five"]}]}""", "a[0].streamworker:numeric: a number is expected, and \"five\" was found [F3]")]
    [InlineData("""{"a":[{"numeric":["<",5,">",0]}]}""", "a[0].numeric: a range is its lower end with > or >= and then its upper end with < or <=; [\"<\",5,\">\",0] was found [F3]")]
    [InlineData("""{"a":[{"numeric":[">",5,"<",5]}]}""", "a[0].numeric: no number is in the range [\">\",5,\"<\",5] [F3]")]
    [InlineData("""{"a":[{"numeric":[">",5.0,"<=",5]}]}""", "a[0].numeric: no number is in the range [\">\",5.0,\"<=\",5] [F3]")]
    public void Text_that_is_no_pattern_is_refused_with_place_and_rule(string text, string fault) =>
        Assert.Equal(fault, Assert.Throws<FilterPatternException>(() => FilterPattern.Parse(text)).Message);

    // A row of a theory is not kept as it is when it is no valid text.
    [Fact]
    public void Text_that_is_not_valid_is_no_pattern() =>
        Assert.Equal("the pattern: is not valid text [E22]", Assert.Throws<FilterPatternException>(() => FilterPattern.Parse("{\"a\":[\"\ud800\"]}")).Message);

    // E11
    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void Pattern_has_at_most_4096_characters(int length, bool isAccepted)
    {
        var text = $$"""{"a":["{{new string('x', length - 11)}}"]}""";
        Assert.Equal(length, text.Length + 1);
        text += " ";
        if (isAccepted)
            FilterPattern.Parse(text);
        else
            Assert.Equal("E11", Assert.Throws<FilterPatternException>(() => FilterPattern.Parse(text)).Rule);
    }

    // F15
    [Fact]
    public void Alternatives_that_multiply_beyond_all_measure_are_refused()
    {
        var members = Enumerable.Range(0, 10).Select(i => $"\"a{i}\":{{\"$or\":[{{\"x\":[1]}},{{\"y\":[1]}}]}}");
        var tooMany = $"{{\"m\":{{{string.Join(',', members)}}}}}";
        Assert.Equal("F15", Assert.Throws<FilterPatternException>(() => FilterPattern.Parse(tooMany)).Rule);
    }

    [Fact]
    public void Whatever_a_pattern_and_a_record_are_nothing_but_the_promised_errors_comes_out()
    {
        var mutation = new Mutation(Mutation.Seed);
        var patterns = s_patterns.Select(FilterPattern.Parse).ToList();
        var (read, refused, records) = (0, 0, 0);
        for (var round = 0; round < Mutation.Rounds; round++)
        {
            try
            {
                var pattern = FilterPattern.Parse(System.Text.Encoding.UTF8.GetString(mutation.Next(s_patterns)));
                read++;
                if (patterns.Count < 100)
                    patterns.Add(pattern);
            }
            catch (FilterPatternException e)
            {
                Assert.NotEmpty(e.Rule);
                refused++;
            }

            StreamRecord record;
            try
            {
                record = RecordPage.Parse((byte[])[.. "{\"Records\":["u8, .. mutation.Next(s_records), .. "]}"u8]).Records[0];
            }
            catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentOutOfRangeException)
            {
                // No record is left of it.
                continue;
            }

            records++;
            foreach (var pattern in patterns.Take(5).Append(patterns[round % patterns.Count]))
                Assert.Equal(pattern.Matches(record), pattern.Explain(record) is null);
        }

        Assert.True(read > 0 && refused > 0 && records > 0, $"{read} patterns read, {refused} refused, {records} records.");
    }
}
