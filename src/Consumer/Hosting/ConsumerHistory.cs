using StreamWorker.Consumer.Leases;

namespace StreamWorker.Consumer.Hosting;

/// <summary>The last operations on one consumer, as this process has read them.</summary>
internal sealed class ConsumerHistory
{
    private const int MostShown = 10;

    private volatile IReadOnlyList<OperationStatus> _last = [];

    /// <summary>Gets the last operations, the latest first.</summary>
    public IReadOnlyList<OperationStatus> Last => _last;

    public void Publish(IReadOnlyList<OperationEntry> entries) => _last = [.. OperationStatus.Of(entries).Take(MostShown)];
}
