using System.Collections.Immutable;

namespace StreamWorker.Consumer.Hosting;

/// <summary>The gaps that one consumer found in this process, the latest ones of them.</summary>
internal sealed class ConsumerGaps
{
    private const int Most = 100;

    private ImmutableList<ShardGap> _gaps = [];

    /// <summary>Gets or sets who is told of each.</summary>
    public Action<ShardGap>? Found { get; set; }

    public IReadOnlyList<ShardGap> All => Volatile.Read(ref _gaps);

    public void Add(ShardGap gap)
    {
        ImmutableInterlocked.Update(ref _gaps, static (gaps, gap) => gaps.Contains(gap) ? gaps : (gaps.Count < Most ? gaps : gaps.RemoveAt(0)).Add(gap), gap);
        Found?.Invoke(gap);
    }
}
