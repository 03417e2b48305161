namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>Each operator on values that meet it and on others. The attribute is <c>k</c> of the new image.</summary>
public sealed class OperatorTests
{
    [Theory]
    [InlineData("F5", """["v"]""", """{"S":"v"}""", true)]
    [InlineData("F5", """["v"]""", """{"S":"V"}""", false)]
    [InlineData("F5", """["v"]""", """{"S":"v "}""", false)]
    [InlineData("F5", """["v"]""", """{"S":"\u0076"}""", true)]
    [InlineData("F5", """["\u0076"]""", """{"S":"v"}""", true)]
    [InlineData("F5", """["Straße \"1\""]""", """{"S":"Straße \"1\""}""", true)]
    [InlineData("F1", """["a","v"]""", """{"S":"v"}""", true)]
    [InlineData("F1", """["a","b"]""", """{"S":"v"}""", false)]
    [InlineData("F3", """[""]""", """{"S":""}""", true)]
    [InlineData("F3", """[""]""", """{"S":"v"}""", false)]
    [InlineData("F3", """[null]""", """{"S":null}""", true)]
    [InlineData("F3", """[null]""", """{"S":"null"}""", false)]
    [InlineData("F3", """[{"equals-ignore-case":"vIE"}]""", """{"S":"Vie"}""", true)]
    [InlineData("F3", """[{"equals-ignore-case":"ÄPFEL"}]""", """{"S":"äpfel"}""", true)]
    [InlineData("F3", """[{"equals-ignore-case":"vIE"}]""", """{"S":"Viel"}""", false)]
    [InlineData("F3", """[{"anything-but":"v"}]""", """{"S":"v"}""", false)]
    [InlineData("F3", """[{"anything-but":"v"}]""", """{"S":"w"}""", true)]
    [InlineData("F3", """[{"anything-but":["v","w"]}]""", """{"S":"w"}""", false)]
    [InlineData("F3", """[{"anything-but":["v","w"]}]""", """{"S":"x"}""", true)]
    [InlineData("F3", """[{"anything-but":[300]}]""", """{"S":"300"}""", true)]
    [InlineData("F14", """[{"anything-but":"v"}]""", """{"N":"1"}""", false)]
    [InlineData("F3", """[{"prefix":"eu-"}]""", """{"S":"eu-west-1"}""", true)]
    [InlineData("F3", """[{"prefix":"eu-"}]""", """{"S":"us-eu-"}""", false)]
    [InlineData("F3", """[{"prefix":""}]""", """{"S":"x"}""", true)]
    [InlineData("F3", """[{"suffix":".png"}]""", """{"S":"a.png"}""", true)]
    [InlineData("F3", """[{"suffix":".png"}]""", """{"S":".png.gz"}""", false)]
    [InlineData("F3", """[{"exists":true}]""", """{"S":"v"}""", true)]
    [InlineData("F3", """[{"exists":true}]""", """{"N":"1"}""", false)]
    [InlineData("F3", """[{"exists":false}]""", """{"S":"v"}""", false)]
    [InlineData("F3", """[{"exists":false}]""", """{"N":"1"}""", true)]
    [InlineData("F1", """[{"exists":false},"v"]""", """{"S":"v"}""", true)]
    [InlineData("F1", """[{"exists":false},"v"]""", """{"S":"w"}""", false)]
    [InlineData("F1", """[{"exists":false},"v"]""", """{"N":"1"}""", true)]
    public void Operator_on_a_text(string rule, string conditions, string value, bool matches) => AssertMatch(rule, "S", conditions, value, matches);

    [Theory]
    [InlineData("F8", """[{"numeric":[">",0]}]""", """{"N":"5"}""", false)]
    [InlineData("F8", """[{"numeric":["=",5]}]""", """{"N":"5"}""", false)]
    [InlineData("F8", """[{"streamworker:numeric":[">",100]}]""", """{"N":"101"}""", true)]
    [InlineData("F8", """[{"streamworker:numeric":[">",100]}]""", """{"N":"100"}""", false)]
    [InlineData("F8", """[{"streamworker:numeric":[">=",100]}]""", """{"N":"1E+2"}""", true)]
    [InlineData("F8", """[{"streamworker:numeric":["=",5]}]""", """{"N":"5.00"}""", true)]
    [InlineData("F8", """[{"streamworker:numeric":["<",0]}]""", """{"N":"-0.5"}""", true)]
    [InlineData("F8", """[{"streamworker:numeric":["<",0]}]""", """{"N":"0"}""", false)]
    [InlineData("F8", """[{"streamworker:numeric":[">",0,"<=",5]}]""", """{"N":"5"}""", true)]
    [InlineData("F8", """[{"streamworker:numeric":[">",0,"<=",5]}]""", """{"N":"5.1"}""", false)]
    [InlineData("F8", """[{"streamworker:numeric":[">","12345678901234567890123456789012345677"]}]""", """{"N":"12345678901234567890123456789012345678"}""", true)]
    [InlineData("F8", """[{"streamworker:numeric":[">",12345678901234567890123456789012345678]}]""", """{"N":"12345678901234567890123456789012345678"}""", false)]
    [InlineData("F8", """[{"streamworker:numeric":["<",1e-129]}]""", """{"N":"1E-130"}""", true)]
    [InlineData("F8", """[{"streamworker:numeric":[">",0]}]""", """{"N":"many"}""", false)]
    [InlineData("F6", """["300"]""", """{"N":"300"}""", true)]
    [InlineData("F6", """["300"]""", """{"N":"300.0"}""", false)]
    [InlineData("F6", """[300]""", """{"N":"300"}""", false)]
    public void Operator_on_a_number_of_DynamoDB(string rule, string conditions, string value, bool matches) => AssertMatch(rule, "N", conditions, value, matches);

    [Theory]
    [InlineData("F11", "BOOL", "[true]", """{"BOOL":true}""", true)]
    [InlineData("F11", "BOOL", "[true]", """{"BOOL":false}""", false)]
    [InlineData("F11", "BOOL", """["true"]""", """{"BOOL":true}""", false)]
    [InlineData("F11", "NULL", "[true]", """{"NULL":true}""", true)]
    [InlineData("F13", "SS", """["a"]""", """{"SS":["b","a"]}""", true)]
    [InlineData("F13", "SS", """["c"]""", """{"SS":["b","a"]}""", false)]
    [InlineData("F13", "NS", """[{"streamworker:numeric":[">",9]}]""", """{"NS":["1","10"]}""", true)]
    [InlineData("F13", "NS", """[{"streamworker:numeric":[">",9]}]""", """{"NS":["1","2"]}""", false)]
    [InlineData("F13", "BS", """["AQ=="]""", """{"BS":["AA==","AQ=="]}""", true)]
    [InlineData("F14", "SS", """[{"anything-but":"a"}]""", """{"SS":["a"]}""", false)]
    [InlineData("F14", "SS", """[{"anything-but":"a"}]""", """{"SS":["a","b"]}""", true)]
    [InlineData("F10", "SS", """[{"exists":false}]""", """{"SS":[]}""", true)]
    public void Operator_on_other_types(string rule, string type, string conditions, string value, bool matches) => AssertMatch(rule, type, conditions, value, matches);

    [Theory]
    [InlineData("F6", "[1769860800]", true)]
    [InlineData("F6", "[1769860800.0]", false)]
    [InlineData("F6", "[1.7698608e9]", false)]
    [InlineData("F9", """[{"numeric":["=",1.7698608e9]}]""", true)]
    [InlineData("F9", """[{"numeric":["<",1769860800]}]""", false)]
    [InlineData("F9", """[{"numeric":[">=",1769860800]}]""", true)]
    [InlineData("F9", """[{"numeric":[">",1769860799,"<",1769860801]}]""", true)]
    [InlineData("F9", """[{"numeric":[">",1769860800,"<",1769860801]}]""", false)]
    [InlineData("F9", """[{"streamworker:numeric":[">",0]}]""", true)]
    [InlineData("F6", """[{"anything-but":1769860800}]""", false)]
    [InlineData("F6", """[{"anything-but":1769860800.0}]""", true)]
    [InlineData("F9", """["1769860800"]""", false)]
    public void Operator_on_a_JSON_number(string rule, string conditions, bool matches) =>
        Assert.True(matches == Samples.Matches($$$$"""{"dynamodb":{"ApproximateCreationDateTime":{{{{conditions}}}}}}""", Samples.NewImage("{}")), rule);

    private static void AssertMatch(string rule, string type, string conditions, string value, bool matches)
    {
        var pattern = $$$$$"""{"dynamodb":{"NewImage":{"k":{"{{{{{type}}}}}":{{{{{conditions}}}}}}}}}""";
        Assert.True(matches == Samples.Matches(pattern, Samples.NewImage($$$"""{"j":{"S":"no"},"k":{{{value}}},"l":{"S":"no"}}""")), $"{rule}: {pattern} on {value}");
    }
}
