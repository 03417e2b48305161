using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Works on one shard for as long as its lease is held: a reader and a delivery joined by a channel, and then the shard's end or the lease's release.</summary>
internal sealed partial class ShardRun(LeasedShard shard, ReadPosition start, IBatchProcessor processor, ShardDiscovery discovery, IGapSink gaps, ConsumerTools tools)
{
    // Enough to read the next page while the last one is handled.
    private const int PagesReadAhead = 1;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly DeliveryProgress _delivered = new();
    private readonly ReaderProgress _read = new();
    private readonly ProgressWatch _watch = new(tools.Worker.StallTimeout, tools.Time);
    private readonly CancellationTokenSource _giveUp = new();
    private readonly RunGate _gate = new();
    private volatile CancellationTokenSource? _drain;
    private volatile string? _stall;
    private readonly ILogger _logger = tools.Logger;

    public Lease Lease => shard.Lease;

    public ShardId Shard => shard.Lease.Shard;

    public long Epoch => shard.Lease.Epoch;

    public long RecordsHandled => _delivered.State.Handled;

    /// <summary>Gets the trouble that reading is in now, or that nothing moves; null when it is in none.</summary>
    public string? Trouble => _read.Error ?? _stall;

    public ShardStatus Status
    {
        get
        {
            var state = _delivered.State;
            return new ShardStatus(
                Shard.Value, Epoch, shard.Stored, state.Position?.ToString(), state.LastRecordTime, state.Handled, state.Buffered, state.Attempt, state.Error ?? Trouble)
            {
                Lag = state.LagAt(tools.Time.GetUtcNow()),
                RecordsFiltered = state.Filtered,
                RecordsDiscarded = state.Discarded,
                RecordsDropped = state.Dropped,
                ItemsHeld = state.HeldItems,
            };
        }
    }

    /// <summary>Works until the shard ends, the lease is lost, or a stop.</summary>
    /// <param name="listed">The shard as last listed.</param>
    /// <param name="stop">Asks for an orderly end.</param>
    /// <param name="drainExpired">Cancels handlers that are still running.</param>
    public async Task<ShardRunEnd> RunAsync(Shard listed, CancellationToken stop, CancellationToken drainExpired)
    {
        // Whoever starts a run goes on at once, however long a handler keeps its thread.
        await Task.Yield();
        try
        {
            LogStarted(tools.Consumer, Shard, Epoch, start.After?.ToString() ?? shard.Lease.Start.ToString());
            return await WorkAsync(listed, stop, drainExpired);
        }
        catch (ShardVanishedException e)
        {
            return await EndVanishedAsync(e, stop);
        }
        catch (Exception e)
        {
            LogFaulted(e, tools.Consumer, Shard);
            return await ReleaseAsync(ShardRunOutcome.Faulted);
        }
    }

    /// <summary>Finishes what is in the handler and then hands the lease over.</summary>
    public void HandOver(WorkerIdentity successor)
    {
        if (shard.Successor is not null)
            return;
        LogAsked(tools.Consumer, Shard, successor.WorkerId);
        shard.Successor = successor;
        Drain();
        _gate.Wake();
    }

    /// <summary>Says what is to be done from now on. What is in the handler is finished in any case.</summary>
    /// <param name="order">The order.</param>
    /// <param name="pause">The number of the pause, if that is why.</param>
    public void Obey(RunOrder order, long pause)
    {
        if (_gate.Set(order, pause))
            Drain();
    }

    private void Drain()
    {
        try
        {
            _drain?.CancelNow();
        }
        catch (ObjectDisposedException)
        {
            // It has just come to an end by itself, and looks for a successor there.
        }
    }

    /// <summary>Looks whether the work has come to a halt. Asked by the loop that owns the runs.</summary>
    /// <returns>True when it has.</returns>
    public bool IsStalled()
    {
        var state = _delivered.State;
        // After a failure the pause before the next try may be as long as it is allowed to be, and records may be gathered for a batch.
        var pause = state.Error is null ? tools.Delivery.BatchingWindow : tools.Options.MaximumRetryDelay;
        if (_gate.IsStanding)
            _watch.Rest();
        var stall = _read.IsHeld ? null : _watch.Look(state, state.Buffered > 0, _read.LastAnswer, pause);
        if (stall is not null && _stall is null)
            LogStalled(tools.Consumer, Shard, stall);
        _stall = stall;
        return stall is not null;
    }

    /// <summary>Ends the work with what is in the handler cancelled, and gives the lease back.</summary>
    public async Task GiveUpAsync()
    {
        Drain();
        await _giveUp.CancelAsideAsync();
    }

    private async Task<ShardRunEnd> WorkAsync(Shard listed, CancellationToken stop, CancellationToken drainExpired)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(drainExpired, _giveUp.Token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop, cancelled.Token);
        var from = start;
        var still = new Standstill(shard, _gate, tools);
        SequenceNumber? finished = null;
        if (await shard.LoadMemoAsync(stop) is not { } memo)
            return Lost();
        while (true)
        {
            if (_gate.Order == RunOrder.Stand && !shard.IsHandingOver)
                await still.StandAsync(over.Token);
            var delivery = new ShardDelivery(
                processor,
                new BatchContext { Consumer = tools.Consumer, ShardId = Shard, StreamArn = shard.Scope.Stream, LeaseEpoch = Epoch, LeaseLost = shard.Session.Lost, HostStopping = cancelled.Token },
                tools.Delivery,
                shard,
                _delivered,
                new DeliveryTools(tools.Time, tools.Entropy, tools.Filter, tools.Destination) { CaughtUpAt = CaughtUpAt },
                memo,
                _logger);
            await using var ending = new ShardEnding(shard, discovery, tools, stop);
            var end = await DrainableAsync(delivery, ending, listed, from, stop, cancelled.Token);
            (finished, memo) = (delivery.Position ?? finished, delivery.Memo);
            if (end == DeliveryEnd.ShardEnd)
                return await EndAsync(ending, finished ?? shard.Lease.Checkpoint, stop);
            if (end != DeliveryEnd.Stopped)
                return Lost();
            if (shard.Successor is not { } successor)
            {
                if (_gate.Order != RunOrder.Work && !await still.SettleAsync(finished, memo, stop))
                    return Lost();
                if (IsToEnd(over.Token))
                    return await ReleaseAsync(ShardRunOutcome.Released);
                from = Behind(finished, from);
                continue;
            }

            var outcome = await HandOverAsync(successor, finished, memo, drainExpired);
            if (outcome == HandOverOutcome.Fenced)
                return Lost();
            if (outcome == HandOverOutcome.HandedOver)
            {
                LogHandedOver(tools.Consumer, Shard, successor.WorkerId, finished?.ToString() ?? shard.Stored ?? "its start");
                return ShardRunEnd.Of(ShardRunOutcome.Released);
            }

            // Nobody wants it any more: the work goes on, or ends, where it was left.
            shard.Successor = null;
            if (finished is { } position && !await shard.StoreAsync(position, memo, CancellationToken.None))
                return Lost();
            if (IsToEnd(over.Token))
                return await ReleaseAsync(ShardRunOutcome.Released);
            LogKept(tools.Consumer, Shard, successor.WorkerId);
            from = Behind(finished, from);
        }
    }

    private bool IsToEnd(CancellationToken over) => over.IsCancellationRequested || _gate.Order == RunOrder.GiveBack;

    private ReadPosition Behind(SequenceNumber? finished, ReadPosition from) =>
        new(finished ?? from.After, shard.Lease.Start.FromTime, null) { At = shard.Lease.Start.AtSequenceNumber };

    /// <summary>Gets when everything that the shard had was read; null when that is not known.</summary>
    private DateTimeOffset? CaughtUpAt() => _read.CaughtUpAt is var at and not 0 ? tools.Time.GetUtcNow() - tools.Time.GetElapsedTime(at) : null;

    /// <summary>Works until the end, a stop, or a hand-over.</summary>
    private async Task<DeliveryEnd> DrainableAsync(ShardDelivery delivery, ShardEnding ending, Shard listed, ReadPosition from, CancellationToken stop, CancellationToken drainExpired)
    {
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _drain = drain;
        try
        {
            if (shard.IsHandingOver || _giveUp.IsCancellationRequested || _gate.Order != RunOrder.Work)
                drain.CancelNow();
            return await ReadAndDeliverAsync(delivery, ending, listed, from, drain.Token, drainExpired);
        }
        finally
        {
            _drain = null;
        }
    }

    private async ValueTask<HandOverOutcome> HandOverAsync(WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken drainExpired)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await shard.HandOverAsync(successor, position, memo, CancellationToken.None);
            }
            catch (LeaseStoreException e) when (!drainExpired.IsCancellationRequested)
            {
                // Whether it was done nobody knows; while the lease may be held, asking again tells.
                var delay = Backoff.Next(failures, FirstRetry, LongestRetry, tools.Entropy.Next());
                LogHandOverFailed(tools.Consumer, Shard, delay, e.Message);
                await PauseAsync(delay, drainExpired);
            }
            catch (LeaseStoreException e)
            {
                LogNotReleased(tools.Consumer, Shard, e.Message);
                return HandOverOutcome.Fenced;
            }
        }
    }

    private async Task<DeliveryEnd> ReadAndDeliverAsync(ShardDelivery delivery, ShardEnding ending, Shard listed, ReadPosition from, CancellationToken stop, CancellationToken drainExpired)
    {
        var pages = Channel.CreateBounded<RecordPage>(new BoundedChannelOptions(PagesReadAhead) { SingleReader = true, SingleWriter = true });
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(stop, shard.Session.Lost, drainExpired);
        var reader = new ShardReader(tools.Streams, shard.Scope.Stream, listed, tools.Reader, _read, gaps, _logger);
        var reading = reader.ReadAsync(from, pages.Writer, stopReading.Token);
        ending.FindAhead(reading);
        try
        {
            return await delivery.RunAsync(pages.Reader, stop);
        }
        finally
        {
            stopReading.CancelNow();
            await reading;
            while (pages.Reader.TryRead(out var unread))
                unread.Dispose();
        }
    }

    private async Task<ShardRunEnd> EndAsync(ShardEnding ending, SequenceNumber? position, CancellationToken stop)
    {
        try
        {
            return await ending.EndAsync(position) ?? Lost();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (position is { } last && shard.MayProceed)
                await shard.StoreAsync(last, ReadOnlyMemory<byte>.Empty, CancellationToken.None);
            return await ReleaseAsync(ShardRunOutcome.Released);
        }
    }

    private async ValueTask PauseAsync(TimeSpan delay, CancellationToken stop)
    {
        try
        {
            await Task.Delay(delay, tools.Time, stop);
        }
        catch (OperationCanceledException)
        {
            // The next step looks at the stop itself.
        }
    }

    /// <summary>The service does not know the shard. When a fresh listing that can be relied upon does not have it either, what was unread in it is lost, and its children go on.</summary>
    private async Task<ShardRunEnd> EndVanishedAsync(ShardVanishedException error, CancellationToken stop)
    {
        try
        {
            var snapshot = await discovery.ListAsync(stop);
            if (snapshot.IsCertain && !snapshot.Shards.ContainsKey(Shard))
            {
                LogVanished(tools.Consumer, Shard, _delivered.State.Position?.ToString() ?? shard.Stored ?? "its start");
                var last = _delivered.State.Position ?? shard.Lease.Checkpoint;
                if (await gaps.ReportAsync(Shard, last, null, stop))
                {
                    await using var ending = new ShardEnding(shard, discovery, tools, stop);
                    return await ending.EndAsync(last, snapshot.ChildrenOf(Shard)) ?? Lost();
                }

                return await StandAsync($"records of {Shard} behind {last?.ToString() ?? "its start"} are lost with the shard, and OnGap is Stop: its children are not read", stop);
            }

            LogFaulted(error, tools.Consumer, Shard);
        }
        catch (Exception e)
        {
            LogFaulted(e, tools.Consumer, Shard);
        }

        return await ReleaseAsync(ShardRunOutcome.Faulted);
    }

    /// <summary>Holds the lease and does nothing, until a stop or until it is to be given back.</summary>
    private async Task<ShardRunEnd> StandAsync(string why, CancellationToken stop)
    {
        _read.Held(why);
        await new Standstill(shard, _gate, tools).UntilGivenBackAsync(stop);
        return await ReleaseAsync(ShardRunOutcome.Released);
    }

    private async Task<ShardRunEnd> ReleaseAsync(ShardRunOutcome outcome)
    {
        try
        {
            if (!shard.MayProceed)
                return Lost();
            await shard.ReleaseAsync(CancellationToken.None);
            LogReleased(tools.Consumer, Shard, shard.Stored ?? "its start");
        }
        catch (LeaseStoreException e)
        {
            // Not given back: the others find this worker silent, or it finds the lease in its own name.
            LogNotReleased(tools.Consumer, Shard, e.Message);
        }

        return ShardRunEnd.Of(outcome);
    }

    private ShardRunEnd Lost()
    {
        LogLost(tools.Consumer, Shard, Epoch);
        return ShardRunEnd.Of(ShardRunOutcome.Lost);
    }

    [LoggerMessage(4001, LogLevel.Information, "{Consumer}: reading {Shard} under epoch {Epoch}, from {Position} on.")]
    private partial void LogStarted(string consumer, ShardId shard, long epoch, string position);

    [LoggerMessage(4003, LogLevel.Information, "{Consumer}: {Shard} was given back, finished up to {Position}.")]
    private partial void LogReleased(string consumer, ShardId shard, string position);

    [LoggerMessage(4004, LogLevel.Warning, "{Consumer}: the lease of {Shard}, epoch {Epoch}, was lost; its new owner goes on from the last checkpoint.")]
    private partial void LogLost(string consumer, ShardId shard, long epoch);

    [LoggerMessage(4005, LogLevel.Error, "{Consumer}: the work on {Shard} failed and will be begun again from the last checkpoint.")]
    private partial void LogFaulted(Exception error, string consumer, ShardId shard);

    [LoggerMessage(4007, LogLevel.Critical, "{Consumer}: {Shard} has vanished from the stream; records in it behind {Position} are lost.")]
    private partial void LogVanished(string consumer, ShardId shard, string position);

    [LoggerMessage(4013, LogLevel.Error, "{Consumer}: {Shard} has come to a halt: {What}.")]
    private partial void LogStalled(string consumer, ShardId shard, string what);

    [LoggerMessage(4009, LogLevel.Information, "{Consumer}: {Successor} asks for {Shard}; what is begun is finished, then it is handed over.")]
    private partial void LogAsked(string consumer, ShardId shard, string successor);

    [LoggerMessage(4010, LogLevel.Information, "{Consumer}: {Shard} was handed over to {Successor}, finished up to {Position}.")]
    private partial void LogHandedOver(string consumer, ShardId shard, string successor, string position);

    [LoggerMessage(4011, LogLevel.Information, "{Consumer}: {Successor} does not want {Shard} any more; the work on it goes on.")]
    private partial void LogKept(string consumer, ShardId shard, string successor);

    [LoggerMessage(4012, LogLevel.Warning, "{Consumer}: {Shard} could not be handed over, next try in {Delay}: {Reason}")]
    private partial void LogHandOverFailed(string consumer, ShardId shard, TimeSpan delay, string reason);

    [LoggerMessage(4008, LogLevel.Warning, "{Consumer}: {Shard} could not be given back and will be taken over after a lease duration: {Reason}")]
    private partial void LogNotReleased(string consumer, ShardId shard, string reason);
}
