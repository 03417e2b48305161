using Microsoft.Extensions.Logging;

namespace StreamWorker.Consumer.Leases;

/// <summary>
/// Watches the other workers of an application for one consumer. A worker counts as dead only when it has been seen silent for a lease duration and its row
/// is fenced, so that its next heartbeat fails; one without a row has left or was removed as dead. Owned by the loop that looks.
/// </summary>
internal sealed partial class WorkerWatch(ILeaseStore store, string application, string consumer, TimeSpan leaseDuration, TimeProvider time, ILogger logger)
{
    private readonly WorkerObserver _observer = new(leaseDuration, time);
    private readonly Dictionary<string, long> _leavingSince = new(StringComparer.Ordinal);
    private WorkerListing _rows = new([]);
    private IReadOnlyList<WorkerRow> _dead = [];
    private HashSet<string> _alive = [];
    private long _askedAt;

    /// <summary>Gets what is ordered for the consumer, as the last listing had it.</summary>
    public ConsumerControl Control { get; private set; } = ConsumerControl.Initial(consumer);

    /// <summary>Gets which workers the last listing had and how often something was ordered, as a text that differs when they do.</summary>
    public string Members { get; private set; } = "";

    /// <summary>Gets the workers that are alive as far as anybody knows and mean to stay: those that get their share.</summary>
    public IReadOnlyList<WorkerRow> Staying { get; private set; } = [];

    /// <summary>Gets whether a worker is giving back what it holds.</summary>
    public bool IsAnybodyLeaving => _rows.Any(row => row.IsLeaving);

    /// <summary>Gets whether a worker was first seen to leave less than two lease durations ago: what it holds is about to change hands.</summary>
    public bool IsHandOverDue => _leavingSince.Values.Any(since => time.GetElapsedTime(since) < leaseDuration * 2);

    /// <summary>Lists the workers.</summary>
    public async ValueTask ListAsync(CancellationToken cancellationToken)
    {
        _askedAt = time.GetTimestamp();
        _rows = await store.ListWorkersAsync(application, cancellationToken);
        Control = _rows.ControlOf(consumer);
        foreach (var row in _rows.Where(row => row.IsLeaving))
            _leavingSince.TryAdd(row.Worker.Incarnation, time.GetTimestamp());
        foreach (var gone in _leavingSince.Keys.Except(_rows.Select(row => row.Worker.Incarnation), StringComparer.Ordinal).ToList())
            _leavingSince.Remove(gone);
        Members = $"{Control.Number} " + string.Join(' ', _rows.Select(row => row.IsLeaving ? row.Worker.Incarnation + "-" : row.Worker.Incarnation).Order(StringComparer.Ordinal));
    }

    /// <summary>Fences those of the last listing that are silent.</summary>
    public async ValueTask FenceSilentAsync(CancellationToken cancellationToken)
    {
        var dead = new List<WorkerRow>();
        foreach (var row in _observer.Observe(_rows, _askedAt))
        {
            if (await FenceAsync(row, cancellationToken))
                dead.Add(row);
        }

        _dead = dead;
        Staying = [.. _rows.Except(dead).Where(row => row is { IsFenced: false, IsLeaving: false })];
        _alive = _rows.Except(dead).Select(row => row.Worker.Incarnation).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Tells whether a worker may still be alive.</summary>
    public bool IsAlive(WorkerIdentity worker) => _alive.Contains(worker.Incarnation);

    /// <summary>Tells whether a worker is alive as far as anybody knows and means to stay.</summary>
    public bool IsStaying(WorkerIdentity worker) => Staying.Any(row => row.Worker == worker);

    /// <summary>Tells whether a worker is giving away what it holds.</summary>
    public bool IsLeaving(WorkerIdentity worker) => _leavingSince.ContainsKey(worker.Incarnation);

    /// <summary>Removes the rows of the dead once their leases have been looked after. A lease of another stream whose owner has no row is free all the same.</summary>
    public async ValueTask ForgetDeadAsync(CancellationToken cancellationToken)
    {
        // Those that were fenced just now are kept for one more turn: the claims that follow the fence may have failed.
        foreach (var row in _dead.Where(row => row.IsFenced))
            await store.RemoveWorkerAsync(application, row.Worker, cancellationToken);
    }

    /// <summary>Makes sure that a silent worker's next heartbeat fails. False when it has sent one in the meantime: then it is alive, and keeps what it holds.</summary>
    private async ValueTask<bool> FenceAsync(WorkerRow row, CancellationToken cancellationToken)
    {
        if (row.IsFenced)
            return true;
        if (!await store.FenceWorkerAsync(application, row, cancellationToken))
            return false;
        LogSilent(consumer, row.Worker.WorkerId, row.Worker.Incarnation, leaseDuration);
        return true;
    }

    [LoggerMessage(1010, LogLevel.Warning, "{Consumer}: worker {WorkerId}, incarnation {Incarnation}, has been silent for {LeaseDuration}; its shards are taken over.")]
    private partial void LogSilent(string consumer, string workerId, string incarnation, TimeSpan leaseDuration);
}
