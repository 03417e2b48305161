namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>Each trap of the language is found and explained, and what is well written is not complained of.</summary>
public sealed class LinterTests
{
    [Theory]
    [InlineData("F8", """{"dynamodb":{"NewImage":{"total":{"N":[{"numeric":[">",100]}]}}}}""", """dynamodb.NewImage.total.N: numeric never matches: DynamoDB's numbers are JSON texts; {"streamworker:numeric":[">",100]} compares them, which Lambda cannot""")]
    [InlineData("F8", """{"dynamodb":{"Keys":{"id":{"S":[{"numeric":["=",1]}]}}}}""", "dynamodb.Keys.id.S: numeric never matches: there is no JSON number in S")]
    [InlineData("F8", """{"dynamodb":{"NewImage":{"a":{"BOOL":[{"streamworker:numeric":["=",1]}]}}}}""", """dynamodb.NewImage.a.BOOL: {"streamworker:numeric":["=",1]} never matches: there is no number in BOOL""")]
    [InlineData("F10", """{"dynamodb":{"NewImage":{"k":[{"exists":false}]}}}""", "dynamodb.NewImage.k: matches every record: exists looks at values, and this is an object, not a value; ask for its type, for example dynamodb.NewImage.k.S")]
    [InlineData("F10", """{"dynamodb":{"NewImage":{"k":[{"exists":true}]}}}""", "dynamodb.NewImage.k: matches nothing: exists looks at values, and this is an object, not a value; ask for its type, for example dynamodb.NewImage.k.S")]
    [InlineData("F10", """{"dynamodb":{"OldImage":[{"exists":false}]}}""", "dynamodb.OldImage: matches every record: exists looks at values, and this is an object, not a value; ask for an attribute and its type, for example .status.S")]
    [InlineData("F10", """{"userIdentity":[{"exists":true}]}""", "userIdentity: matches nothing: exists looks at values, and this is an object, not a value; ask for its members")]
    [InlineData("F10", """{"dynamodb":[{"exists":true}]}""", "dynamodb: matches nothing: exists looks at values, and this is an object, not a value; ask for its members")]
    [InlineData("F10", """{"dynamodb":{"NewImage":{"k":{"M":[{"exists":false}]}}}}""", "dynamodb.NewImage.k.M: matches every record: exists looks at values, and this is an object, not a value; ask for a member and its type, for example dynamodb.NewImage.k.M.name.S")]
    [InlineData("F7", """{"dynamodb":{"NewImage":{"k":["v"]}}}""", "dynamodb.NewImage.k: \"v\" matches nothing: this is an object, not a value; ask for its type, for example dynamodb.NewImage.k.S")]
    [InlineData("F7", """{"dynamodb":{"NewImage":{"k":{"L":["v"]}}}}""", "dynamodb.NewImage.k.L: \"v\" matches nothing: this is an object, not a value; ask for the type of its elements, for example dynamodb.NewImage.k.L.S")]
    [InlineData("F7", """{"dynamodb":{"NewImage":{"k":{"s":["v"]}}}}""", "dynamodb.NewImage.k.s: 's' stands where the type of an attribute does, one of S, N, B, SS, NS, BS, BOOL, NULL, M, L, in upper case")]
    [InlineData("F7", """{"dynamodb":{"NewImage":{"address":{"city":{"S":["v"]}}}}}""", "dynamodb.NewImage.address.city.S: 'city' stands where the type of an attribute does, one of S, N, B, SS, NS, BS, BOOL, NULL, M, L; a map's members are below M")]
    [InlineData("F7", """{"dynamodb":{"NewImage":{"k":{"S":{"x":["v"]}}}}}""", "dynamodb.NewImage.k.S.x: a value of type S has no members; those of a map are below M")]
    [InlineData("F7", """{"dynamodb":{"NewImage":{"k":{"S":[null]}}}}""", "dynamodb.NewImage.k.S: null never matches: S holds JSON texts")]
    [InlineData("F6", """{"dynamodb":{"NewImage":{"k":{"N":[42]}}}}""", "dynamodb.NewImage.k.N: 42 never matches: N holds JSON texts; write \"42\"")]
    [InlineData("F6", """{"dynamodb":{"NewImage":{"k":{"N":["42.0"]}}}}""", """dynamodb.NewImage.k.N: "42.0" is compared as text, and DynamoDB does not write a number so; {"streamworker:numeric":["=",…]} compares values""")]
    [InlineData("F6", """{"dynamodb":{"ApproximateCreationDateTime":[1769860800.0]}}""", """dynamodb.ApproximateCreationDateTime: 1769860800.0 matches a number that is written just so, and no other of the same value; {"numeric":["=",1769860800.0]} compares values""")]
    [InlineData("F6", """{"dynamodb":{"NewImage":{"k":{"BOOL":[1]}}}}""", "dynamodb.NewImage.k.BOOL: 1 never matches: BOOL holds true or false")]
    [InlineData("F9", """{"dynamodb":{"SizeBytes":["100"]}}""", "dynamodb.SizeBytes: \"100\" asks for a text, and the value is a JSON number")]
    [InlineData("F11", """{"dynamodb":{"NewImage":{"k":{"BOOL":["true"]}}}}""", "dynamodb.NewImage.k.BOOL: \"true\" never matches: BOOL holds a JSON boolean; write true or false without quotes")]
    [InlineData("F11", """{"dynamodb":{"NewImage":{"k":{"NULL":[null]}}}}""", "dynamodb.NewImage.k.NULL: null never matches: where the type is NULL, the value is true")]
    [InlineData("F16", """{"EventName":["INSERT"]}""", "EventName: a record has no such member; did you mean eventName?")]
    [InlineData("F16", """{"NewImage":{"k":{"S":["v"]}}}""", "NewImage.k.S: a record has no such member; did you mean dynamodb.NewImage?")]
    [InlineData("F16", """{"dynamodb":{"newImage":{"k":{"S":["v"]}}}}""", "dynamodb.newImage.k.S: dynamodb has no such member; did you mean NewImage?")]
    [InlineData("F16", """{"data":["v"]}""", "data: a record has no such member; its members are eventID, eventName, eventVersion, eventSource, awsRegion, dynamodb, userIdentity, eventSourceARN")]
    [InlineData("F17", """{"userIdentity":{"Type":["Service"]}}""", "userIdentity.Type: records are delivered with type and principalId; with an upper-case first letter nothing is found")]
    [InlineData("F5", """{"eventName":["INSERT","DELETE"]}""", "eventName: \"DELETE\" matches nothing: a record's eventName is INSERT, MODIFY or REMOVE, in upper case")]
    [InlineData("F5", """{"eventName":["insert"]}""", "eventName: \"insert\" matches nothing: a record's eventName is INSERT, MODIFY or REMOVE, in upper case")]
    [InlineData("F19", "{}", "the pattern: an empty pattern matches every record")]
    [InlineData("F2", """{"eventName":["INSERT"],"eventName":["REMOVE"]}""", "eventName: the member is named more than once, and only the last one counts; write one object with all its members")]
    public void Trap_is_explained_with_its_rule(string rule, string pattern, string message) =>
        Assert.Equal([$"{message} [{rule}]"], FilterPattern.Parse(pattern).Findings.Select(finding => finding.ToString()));

    [Theory]
    [InlineData("""{"eventName":["INSERT",{"prefix":"MOD"},{"equals-ignore-case":"remove"},{"anything-but":"INSERT"}]}""")]
    [InlineData("""{"dynamodb":{"NewImage":{"a":{"S":["v",{"prefix":"x"}]},"b":{"N":["42","-0.5","100","1E-7",{"anything-but":"3"},{"streamworker:numeric":[">",1]}]},"c":{"BOOL":[true]},"d":{"NULL":[true]},"e":{"SS":["x"]},"f":{"NS":["1"]}}}}""")]
    [InlineData("""{"dynamodb":{"OldImage":{"a":{"M":{"S":{"M":{"L":{"L":{"M":{"x":{"S":["v"]}}}}}}}},"l":{"L":{"L":{"S":["v"]}}}}}}""")]
    [InlineData("""{"dynamodb":{"ApproximateCreationDateTime":[{"numeric":[">",0]}],"Keys":{"id":{"S":[{"exists":true}]}}},"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}""")]
    public void Pattern_without_traps_has_no_findings(string pattern) => Assert.Empty(FilterPattern.Parse(pattern).Findings);

    [Fact]
    public void Finding_of_a_member_in_several_alternatives_comes_once() =>
        Assert.Single(FilterPattern.Parse("""{"eventName":["insert"],"$or":[{"eventID":["1"]},{"eventID":["2"]},{"eventID":["3"]}]}""").Findings);
}
