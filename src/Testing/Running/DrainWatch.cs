using System.Runtime.ExceptionServices;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing.Running;

/// <summary>Follows one drain: knows when it is over, and when it never will be.</summary>
internal sealed class DrainWatch(HarnessWorld world, HarnessWorker worker, InMemoryTable table, Func<ShardBacklog, Lease?> lease, TimeSpan patience)
{
    private long _changes = -1;
    private DateTimeOffset _changedAt;

    /// <summary>Gets what is not finished, as last looked at.</summary>
    public DrainState State { get; private set; } = new([], []);

    /// <summary>Looks whether everything is finished that can be. Asked when nothing moves.</summary>
    /// <exception cref="StreamHarnessException">Nothing has happened for long, or the worker has ended.</exception>
    public bool IsOver()
    {
        ThrowIfEnded();
        if (!world.Log.HasOpen)
        {
            State = DrainState.Look(table.Backlog, lease, shard => world.Log.Progress(shard.Shard), world.Options.MaximumAttempts);
            if (State.GoingOn.Count == 0)
                return true;
        }

        ThrowIfStuck(quiet => HarnessText.Stuck(quiet, world, worker, State, table));
        return false;
    }

    public void ThrowIfEnded()
    {
        if (worker.Ended.Exception is { InnerException: { } error })
            ExceptionDispatchInfo.Throw(error);
        if (worker.Ended.IsCompleted)
            throw new StreamHarnessException("The worker was stopped meanwhile.");
    }

    /// <summary>Loses patience when nothing has happened: heartbeats, empty reads and failing calls are nothing; a handler that is at work is something.</summary>
    public void ThrowIfStuck(Func<TimeSpan, string> text)
    {
        var changes = world.Log.Changes + world.Streams.RecordsRead + world.Leases.Changes;
        var now = world.Clock.GetUtcNow();
        if (changes != _changes || world.Log.HasOpen)
        {
            _changes = changes;
            _changedAt = now;
        }
        else if (now - _changedAt is var quiet && quiet > patience)
        {
            throw new StreamHarnessException(text(quiet));
        }
    }
}
