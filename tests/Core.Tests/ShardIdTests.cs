namespace StreamWorker.Core.Tests;

public sealed class ShardIdTests
{
    [Fact]
    public void S62_name_tells_when_the_shard_was_made() =>
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1795448752315), new ShardId("shardId-00000001795448752315-fb9ebbab").CreatedAt);

    [Theory]
    [InlineData("shard-1")]
    [InlineData("shardId-")]
    [InlineData("shardId-000000017954487523")]
    [InlineData("shardId-0000000179544875231x-fb9ebbab")]
    [InlineData("shardId--0000001795448752315-fb9ebbab")]
    [InlineData("shardId-99999999999999999999-fb9ebbab")]
    [InlineData("shardId-00000999999999999999-fb9ebbab")]
    [InlineData("ShardId-00000001795448752315-fb9ebbab")]
    public void S62_name_of_another_shape_tells_nothing(string name)
    {
        var shard = new ShardId(name);

        Assert.Null(shard.CreatedAt);
        Assert.Equal(name, shard.ToString());
    }

    [Fact]
    public void Nothing_has_no_name_and_no_time()
    {
        Assert.Equal("", default(ShardId).ToString());
        Assert.Null(default(ShardId).CreatedAt);
    }
}
