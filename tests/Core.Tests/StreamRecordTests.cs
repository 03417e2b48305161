using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests;

public sealed class StreamRecordTests
{
    [Fact]
    public void S50_S51_members_of_the_wire_are_read()
    {
        var record = Records.Record(Records.Insert);

        Assert.Equal("c9fbe7d0261a5163fcb6940593e41797", record.EventId);
        Assert.Equal(EventName.Insert, record.EventName);
        Assert.Equal("eu-central-1", record.AwsRegion);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795448752), record.ApproximateCreationTime);
        Assert.Equal("o-1", record.Keys.GetString("id"));
        Assert.Equal(SequenceNumber.Parse("300000000000000499659"), record.SequenceNumber);
        Assert.Equal(41, record.SizeBytes);
        Assert.Equal("NEW_AND_OLD_IMAGES", record.StreamViewType);
        Assert.Equal(Records.Stream, record.StreamArn);
    }

    [Theory]
    [InlineData("INSERT", EventName.Insert)]
    [InlineData("MODIFY", EventName.Modify)]
    [InlineData("REMOVE", EventName.Remove)]
    public void S50_names_of_changes_are_read(string name, EventName expected) =>
        Assert.Equal(expected, Records.Record($$"""{"eventName":"{{name}}"}""").EventName);

    [Theory]
    [InlineData("""{"eventName":"insert"}""")]
    [InlineData("""{"eventName":"TRUNCATE"}""")]
    [InlineData("""{"eventName":1}""")]
    [InlineData("""{"eventName":null}""")]
    [InlineData("{}")]
    public void S50_other_names_of_changes_are_refused_when_asked_for(string json) =>
        Assert.Equal("eventName", Assert.Throws<RecordFormatException>(() => Records.Record(json).EventName).AttributePath);

    [Theory]
    [InlineData("1795448752", 1795448752000)]
    [InlineData("1795448752.0", 1795448752000)]
    [InlineData("1795448752.391", 1795448752391)]
    [InlineData("1.795448752E9", 1795448752000)]
    [InlineData("1795448752391E-3", 1795448752391)]
    [InlineData("0", 0)]
    public void S7_creation_time_is_a_number_of_any_form(string number, long milliseconds) =>
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), Records.WithChange($"\"ApproximateCreationDateTime\":{number}").ApproximateCreationTime);

    [Theory]
    [InlineData("\"1795448752\"")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("253402300799.999")]
    [InlineData("true")]
    [InlineData("{}")]
    public void S7_creation_time_that_is_no_time_is_refused_when_asked_for(string json) =>
        Assert.Equal("dynamodb.ApproximateCreationDateTime", Assert.Throws<RecordFormatException>(() => Records.WithChange($"\"ApproximateCreationDateTime\":{json}").ApproximateCreationTime).AttributePath);

    [Fact]
    public void V4_members_that_are_absent_or_null_are_null()
    {
        foreach (var record in new[] { Records.WithChange("\"x\":1"), Records.WithChange("\"NewImage\":null,\"OldImage\":null,\"ApproximateCreationDateTime\":null,\"SizeBytes\":null,\"StreamViewType\":null") })
        {
            Assert.Null(record.NewImage);
            Assert.Null(record.OldImage);
            Assert.Null(record.ApproximateCreationTime);
            Assert.Null(record.SizeBytes);
            Assert.Null(record.StreamViewType);
            Assert.Null(record.AwsRegion);
            Assert.Null(record.UserIdentity);
            Assert.False(record.IsTimeToLiveDelete);
            Assert.Throws<RecordFormatException>(() => record.Keys);
        }
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("\"41\"")]
    public void Size_that_is_no_whole_number_is_refused_when_asked_for(string json) =>
        Assert.Throws<RecordFormatException>(() => Records.WithChange($"\"SizeBytes\":{json}").SizeBytes);

    [Theory]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("\"12a\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"\\u0031\"")]
    [InlineData("[\"1\"]")]
    [InlineData("null")]
    public void S58_sequence_number_that_is_none_is_refused_when_asked_for(string json)
    {
        var record = Records.Record($$$"""{"dynamodb":{"SequenceNumber":{{{json}}},"SizeBytes":3}}""");

        Assert.False(record.HasSequenceNumber);
        Assert.Equal("dynamodb.SequenceNumber", Assert.Throws<RecordFormatException>(() => record.SequenceNumber).AttributePath);
        Assert.Equal(3, record.SizeBytes);
    }

    [Theory]
    [InlineData("""{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}""")]
    [InlineData("""{"principalId":"dynamodb.amazonaws.com","type":"Service"}""")]
    [InlineData("""{"other":[{}],"type":"Service","principalId":"dynamodb.amazonaws.com"}""")]
    public void S54_delete_by_time_to_live_is_known_in_either_spelling(string identity)
    {
        var record = Records.Record($$"""{"eventName":"REMOVE","userIdentity":{{identity}}}""");

        Assert.Equal(new UserIdentity("Service", "dynamodb.amazonaws.com"), record.UserIdentity);
        Assert.True(record.IsTimeToLiveDelete);
    }

    [Theory]
    [InlineData("""{"PrincipalId":"somebody","Type":"Service"}""")]
    [InlineData("""{"PrincipalId":"dynamodb.amazonaws.com"}""")]
    [InlineData("""{"PrincipalId":1,"Type":null}""")]
    [InlineData("{}")]
    public void S54_change_by_somebody_else_is_no_delete_by_time_to_live(string identity) =>
        Assert.False(Records.Record($$"""{"userIdentity":{{identity}}}""").IsTimeToLiveDelete);

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("""{"PrincipalId":"\ud800"}""")]
    public void S54_identity_that_is_none_is_refused_when_asked_for(string identity) =>
        Assert.Throws<RecordFormatException>(() => Records.Record($$"""{"userIdentity":{{identity}}}""").UserIdentity);

    [Fact]
    public void V2_stream_is_the_one_that_the_record_names()
    {
        var other = Records.Stream.Value.Replace("Orders", "Parcels", StringComparison.Ordinal);

        Assert.Equal("Parcels", Records.Record($$"""{"eventSourceARN":"{{other}}"}""").StreamArn.TableName);
        Assert.Equal(Records.Stream, Records.Record("""{"eventSourceARN":"nonsense"}""").StreamArn);
        Assert.Throws<RecordFormatException>(() => Records.Record("""{"eventSourceARN":1}""").StreamArn);
    }

    [Fact]
    public void Text_that_is_not_valid_is_refused_when_asked_for()
    {
        Assert.Throws<RecordFormatException>(() => Records.Record("""{"eventID":"\ud800"}""").EventId);
        Assert.Throws<RecordFormatException>(() => Records.Record("""{"awsRegion":7}""").AwsRegion);
    }

    [Fact]
    public void Record_can_be_read_by_several_threads()
    {
        var record = Records.Record(Records.Insert);

        Parallel.For(0, 1000, _ => Assert.Equal(12.5m, record.NewImage!.GetDecimal("total")));
    }

    [Theory]
    [InlineData("\"eventVersion\":\"1.0\",")]
    [InlineData("\"eventVersion\":\"1.1\",")]
    [InlineData("\"eventVersion\":\"9\",")]
    [InlineData("")]
    public void S52_version_of_the_record_does_not_matter(string version) =>
        Assert.Equal("a", Records.Record("{" + version + "\"dynamodb\":{\"Keys\":{\"id\":{\"S\":\"a\"}}}}").Keys.GetString("id"));

    [Fact]
    public void S53_identity_is_the_same_every_time_that_the_record_is_read()
    {
        var record = Records.Record(Records.Insert);

        Assert.Equal("c9fbe7d0261a5163fcb6940593e41797", record.EventId);
        Assert.Equal(record.EventId, record.EventId);
        Assert.Equal(record.EventId, record.Detach().EventId);
        Assert.Equal(record.EventId, Records.Record(Records.Insert).EventId);
    }

    [Fact]
    public void S55_delete_by_time_to_live_in_another_region_looks_like_any_other() =>
        Assert.False(Records.Record("""{"eventName":"REMOVE","dynamodb":{"OldImage":{}}}""").IsTimeToLiveDelete);

    [Theory]
    [InlineData("KEYS_ONLY", "", false, false)]
    [InlineData("NEW_IMAGE", ",\"NewImage\":{}", true, false)]
    [InlineData("OLD_IMAGE", ",\"OldImage\":{}", false, true)]
    [InlineData("NEW_AND_OLD_IMAGES", ",\"NewImage\":{},\"OldImage\":{}", true, true)]
    public void S56_images_are_those_of_the_view(string view, string images, bool hasNew, bool hasOld)
    {
        var record = Records.WithChange($"\"StreamViewType\":\"{view}\"{images}");

        Assert.Equal(view, record.StreamViewType);
        Assert.Equal((hasNew, hasOld), (record.NewImage is not null, record.OldImage is not null));
    }
}
