namespace StreamWorker.Consumer.Hosting;

/// <summary>Tells of records that are lost.</summary>
/// <param name="gap">What is lost.</param>
public sealed class GapFoundEventArgs(ShardGap gap) : EventArgs
{
    /// <summary>Gets what is lost.</summary>
    public ShardGap Gap { get; } = gap;
}
