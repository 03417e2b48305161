using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.Consumer.Hosting;

/// <summary>The run of a shard while it does nothing by order: its position is stored, its lease held, and the lease says so. Part of the run.</summary>
internal sealed partial class Standstill(LeasedShard shard, RunGate gate, ConsumerTools tools)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = tools.Logger;

    /// <summary>Stores the position and its memo, however often it takes, for as long as the lease is held. A stop does not wait for it.</summary>
    /// <returns>False when the lease is lost.</returns>
    public async ValueTask<bool> SettleAsync(SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken stop)
    {
        for (var failures = 1; position is { } last && shard.Stored != last.ToString(); failures++)
        {
            if (!shard.MayProceed)
                return false;
            try
            {
                if (!await shard.StoreAsync(last, memo, CancellationToken.None))
                    return false;
            }
            catch (LeaseStoreException e)
            {
                if (stop.IsCancellationRequested)
                    return true;
                LogNotSettled(tools.Consumer, shard.Lease.Shard, last, e.Message);
                await PauseAsync(Backoff.Next(failures, FirstRetry, LongestRetry, tools.Entropy.Next()), stop);
            }
        }

        return true;
    }

    /// <summary>Stands until something else is ordered or asked for, until a stop, or until the lease is lost.</summary>
    public async ValueTask StandAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, shard.Session.Lost);
        long noted = 0;
        gate.IsStanding = true;
        try
        {
            for (var failures = 1; ; failures++)
            {
                var woken = gate.WhenWokenAsync();
                if (gate.Order != RunOrder.Stand || shard.IsHandingOver || end.IsCancellationRequested)
                    return;
                var pause = gate.Pause;
                if (noted != pause && await TryNoteAsync(pause))
                    (noted, failures) = (pause, 0);
                using var wake = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
                var rest = noted == pause ? Timeout.InfiniteTimeSpan : Backoff.Next(failures, FirstRetry, LongestRetry, tools.Entropy.Next());
                await Task.WhenAny(woken, Waiting.ForTimeAsync(rest, tools.Time, wake.Token));
                wake.CancelNow();
                // Whoever woke the run goes on at once.
                await Task.Yield();
            }
        }
        finally
        {
            gate.IsStanding = false;
        }
    }

    /// <summary>Holds the lease and does nothing until it is to be given back, until a stop, or until the lease is lost.</summary>
    public async ValueTask UntilGivenBackAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, shard.Session.Lost);
        for (var woken = gate.WhenWokenAsync(); gate.Order != RunOrder.GiveBack && !end.IsCancellationRequested; woken = gate.WhenWokenAsync())
        {
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
            await Task.WhenAny(woken, Waiting.ForTimeAsync(Timeout.InfiniteTimeSpan, tools.Time, wake.Token));
            wake.CancelNow();
        }
    }

    private async ValueTask<bool> TryNoteAsync(long pause)
    {
        try
        {
            if (shard.MayProceed)
                await shard.NotePausedAsync(pause, CancellationToken.None);
            LogStands(tools.Consumer, shard.Lease.Shard, shard.Stored ?? "its start");
            return true;
        }
        catch (LeaseStoreException e)
        {
            LogNotNoted(tools.Consumer, shard.Lease.Shard, e.Message);
            return false;
        }
    }

    private async ValueTask PauseAsync(TimeSpan delay, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, shard.Session.Lost);
        await Task.WhenAny(Waiting.ForTimeAsync(delay, tools.Time, end.Token));
    }

    [LoggerMessage(4072, LogLevel.Information, "{Consumer}: {Shard} is paused, finished up to {Position}; its lease is kept.")]
    private partial void LogStands(string consumer, ShardId shard, string position);

    [LoggerMessage(4073, LogLevel.Warning, "{Consumer}: {Shard} is to be paused, and its position {Position} could not be stored yet: {Reason}")]
    private partial void LogNotSettled(string consumer, ShardId shard, SequenceNumber position, string reason);

    [LoggerMessage(4074, LogLevel.Debug, "{Consumer}: {Shard} is paused, and could not say so in its lease yet: {Reason}")]
    private partial void LogNotNoted(string consumer, ShardId shard, string reason);
}
