namespace StreamWorker.Simulation;

/// <summary>How well a worker's way to a service works. All are likelihoods for one call unless they say otherwise.</summary>
internal sealed class LinkFaults
{
    /// <summary>Gets or sets whether nothing passes, in either direction.</summary>
    public bool IsCut { get; set; }

    /// <summary>Gets or sets the longest time that a request or an answer is on its way.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Gets or sets what each request takes longer than that.</summary>
    public TimeSpan Slowness { get; set; }

    public double Throttling { get; set; }

    public double ServiceFaults { get; set; }

    public double LostRequests { get; set; }

    public double LostReplies { get; set; }

    /// <summary>Ends all of it.</summary>
    public void Clear()
    {
        IsCut = false;
        Latency = TimeSpan.FromMilliseconds(5);
        Slowness = TimeSpan.Zero;
        Throttling = ServiceFaults = LostRequests = LostReplies = 0;
    }
}
