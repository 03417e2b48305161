using System.Threading.Channels;

namespace StreamWorker.Consumer.Tests;

/// <summary>A delivery with everything around it scripted.</summary>
internal sealed class DeliveryRig : IDisposable
{
    private readonly Channel<RecordPage> _channel = Channel.CreateUnbounded<RecordPage>();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _leaseLost = new();
    private readonly CancellationTokenSource _drainExpired = new();
    private readonly ShardDelivery _delivery;
    private readonly long _since;

    public DeliveryRig(
        World world,
        int batchSize = 100,
        double checkpointSeconds = 0,
        double retryMilliseconds = 500,
        Func<DeliveryOptions, DeliveryOptions>? configure = null,
        IRecordFilter? filter = null,
        IFailureDestination? destination = null,
        ReadOnlyMemory<byte> kept = default)
    {
        World = world;
        Sink = new ScriptedSink(world.Clock);
        _since = world.Clock.GetTimestamp();
        _delivery = new ShardDelivery(
            Processor,
            new BatchContext { Consumer = "search", ShardId = new ShardId("shard"), LeaseEpoch = 7, LeaseLost = _leaseLost.Token, HostStopping = _drainExpired.Token },
            (configure ?? (options => options))(
                new DeliveryOptions(batchSize, TimeSpan.FromMilliseconds(retryMilliseconds), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(checkpointSeconds))),
            Sink,
            Progress,
            new DeliveryTools(world.Clock, world.Entropy, filter, destination) { CaughtUpAt = () => CaughtUpAt },
            kept,
            Log);
    }

    public World World { get; }

    public ScriptedProcessor Processor { get; } = new();

    public ScriptedSink Sink { get; }

    public DeliveryProgress Progress { get; } = new();

    public FakeLogger Log { get; } = new();

    public Pages Pages { get; } = new();

    /// <summary>Gets how many pages were not taken.</summary>
    public int Unread => _channel.Reader.Count;

    /// <summary>Gets how many batches were with the handler at the same time, at most.</summary>
    public int MostAtOnce => Processor.MostAtOnce;

    /// <summary>Gets or sets when everything that the shard had was read.</summary>
    public DateTimeOffset? CaughtUpAt { get; set; }

    public TimeSpan Now => World.Clock.GetElapsedTime(_since);

    public SequenceNumber? Position => _delivery.Position;

    public IReadOnlyList<IReadOnlyList<long>> Batches => [.. Processor.Calls.Select(call => call.Numbers)];

    public void Read(long first, long last) => _channel.Writer.TryWrite(Pages.Of(first, last));

    /// <summary>Has a page of these records read.</summary>
    public void Read(params IEnumerable<string> records) => _channel.Writer.TryWrite(Pages.OfJson(records));

    public void EndShard(Exception? error = null) => _channel.Writer.TryComplete(error);

    public void Stop() => _stop.Cancel();

    public void LoseLease() => _leaseLost.Cancel();

    public void EndDrain() => _drainExpired.Cancel();

    public Task<DeliveryEnd> RunAsync() => _delivery.RunAsync(_channel.Reader, _stop.Token);

    /// <summary>Starts the delivery and waits until nothing more happens.</summary>
    public async Task<Task<DeliveryEnd>> StartAsync(Func<bool> until)
    {
        var running = RunAsync();
        await World.UntilAsync(until);
        return running;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _leaseLost.Dispose();
        _drainExpired.Dispose();
    }
}
