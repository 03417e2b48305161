namespace StreamWorker.Consumer.Tests;

/// <summary>Fixture 50, the part that is a calculation: what listings of 10,000 open shards cost.</summary>
public sealed class ListingIntervalTests
{
    // An open shard of a stream is listed with up to six closed ones: it rolls every four hours, and stays for a day. A page has a hundred.
    private const int Calls = 10_000 * 7 / 100;

    private static readonly TimeSpan s_configured = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void F50_Workers_on_10000_open_shards_list_them_with_a_tenth_of_the_calls_that_the_service_allows(int workers)
    {
        var interval = ListingInterval.Of(s_configured, Calls, workers);
        Assert.Equal(1, workers * Calls / interval.TotalSeconds, 0.001);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void F50_Many_workers_on_10000_open_shards_list_them_once_an_hour_and_take_no_more_than_they_are(int workers)
    {
        var interval = ListingInterval.Of(s_configured, Calls, workers);
        Assert.Equal(TimeSpan.FromHours(1), interval);
        // What an hour of all of them takes, of the 36,000 calls that the service allows in it.
        Assert.InRange(workers * Calls, 0, 36_000);
    }

    [Fact]
    public void Small_stream_is_listed_as_often_as_it_is_set() => Assert.Equal(s_configured, ListingInterval.Of(s_configured, 2, 20));
}
