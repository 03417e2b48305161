namespace StreamWorker.Consumer.Shards;

/// <summary>The state of a stream.</summary>
public enum StreamStatus
{
    /// <summary>The stream is being enabled: it has no useful shards yet.</summary>
    Enabling,

    /// <summary>The stream takes changes.</summary>
    Enabled,

    /// <summary>The stream is being disabled.</summary>
    Disabling,

    /// <summary>The stream takes no more changes; those in it can be read for a day.</summary>
    Disabled,
}
