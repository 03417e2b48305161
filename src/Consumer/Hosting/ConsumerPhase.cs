namespace StreamWorker.Consumer.Hosting;

/// <summary>What a consumer is doing.</summary>
public enum ConsumerPhase
{
    /// <summary>It is looking up its table, stream and shards for the first time.</summary>
    Starting,

    /// <summary>It is running. A worker that holds no lease stands by for those that do.</summary>
    Running,

    /// <summary>It is paused: an operator has said so, and says when it goes on.</summary>
    Paused,

    /// <summary>Its stream is gone or disabled and read to the end; it waits for a new one.</summary>
    Waiting,

    /// <summary>It is finishing what was begun, and stops.</summary>
    Draining,

    /// <summary>It has stopped.</summary>
    Stopped,
}
