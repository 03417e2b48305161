using StreamWorker.Consumer.Leases;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Tells how far a group has followed what is ordered, from its rows alone.</summary>
internal static class GroupProgress
{
    /// <summary>Tells whether a worker that may be alive holds a lease. One without a row has left, or was removed as dead.</summary>
    public static bool IsHeld(Lease lease, WorkerListing workers) => lease.Owner is { } owner && workers.Any(row => row.Worker == owner && !row.IsFenced);

    /// <summary>Gives what is not as ordered yet.</summary>
    public static IEnumerable<string> WaitingFor(ConsumerControl control, LeaseListing leases, WorkerListing workers)
    {
        var held = leases.Where(lease => lease.State == LeaseState.Active && IsHeld(lease, workers)).ToList();
        var waits = held.Where(lease => !IsAsOrdered(control, lease)).Select(lease => $"{lease.Shard}: {lease.Owner!.WorkerId} is at work on it").ToList();
        if (leases.Reset is { IsPending: true } order)
        {
            var plan = new ResetPlan(order, leases, null);
            var kept = held.Where(plan.IsBehind).Select(lease => $"{lease.Shard}: {lease.Owner!.WorkerId} has not given it back").ToList();
            waits.AddRange(kept.Count > 0 ? kept : [$"operation {order.Operation} is not carried out yet"]);
        }

        return waits;
    }

    private static bool IsAsOrdered(ConsumerControl control, Lease held) => control.Pause switch
    {
        PauseMode.ReleaseLeases => false,
        PauseMode.KeepLeases => held.Paused == control.PauseNumber,
        _ => true,
    };
}
