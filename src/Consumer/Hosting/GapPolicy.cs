namespace StreamWorker.Consumer.Hosting;

/// <summary>What a consumer does where records are lost because the stream forgot them before they could be read.</summary>
public enum GapPolicy
{
    /// <summary>It reports the gap and goes on behind it.</summary>
    Continue,

    /// <summary>It reports the gap and does not read on in this shard: what follows is not delivered before somebody decides.</summary>
    Stop,
}
