using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Tests.Management;

/// <summary>A worker that is as the test says.</summary>
internal sealed class FakeStatusSource : IWorkerStatusSource
{
    public static readonly DateTimeOffset Now = new(2026, 1, 31, 8, 20, 0, TimeSpan.Zero);

    public event EventHandler<GapFoundEventArgs>? GapFound
    {
        add { }
        remove { }
    }

    public bool IsReady { get; set; } = true;

    public bool IsAlive { get; set; } = true;

    public WorkerStatus GetStatus() => new("shop", "pod-1", "4f0c", true, Now, [
        new ConsumerStatus("search", "Orders", Records.Stream.Value, ConsumerPhase.Running, null,
            [new ShardStatus("shardId-00000001769847330123-fb9ebbab", 7, "100", "120", Now.AddSeconds(-42), 20, 3, 2, "The handler failed: boom")], 20),
    ]);

    public IReadOnlyList<HealthFinding> GetReadiness() => [new("lease-table", true, "ready"), new("consumer:search", IsReady, IsReady ? "3 shards known" : "Orders has no stream")];

    public IReadOnlyList<HealthFinding> GetLiveness() => [new("heartbeat", IsAlive, IsAlive ? "last turn 0 s ago" : "last turn 300 s ago")];
}
