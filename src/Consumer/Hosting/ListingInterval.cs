namespace StreamWorker.Consumer.Hosting;

/// <summary>How often a worker lists all shards of a stream: all workers together keep to a tenth of what the service allows, which is ten calls a second.</summary>
internal static class ListingInterval
{
    private static readonly TimeSpan TimePerCall = TimeSpan.FromSeconds(1);

    // A listing is the net under what the ends of shards tell: a day without one would be a day without a net.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Gives the time between two listings.</summary>
    /// <param name="configured">The shortest one.</param>
    /// <param name="calls">How many calls a listing takes.</param>
    /// <param name="workers">How many workers list the stream.</param>
    public static TimeSpan Of(TimeSpan configured, int calls, int workers)
    {
        var fair = TimePerCall * calls * workers;
        var interval = fair > configured ? fair : configured;
        return interval < Longest ? interval : Longest;
    }
}
