using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Carries a reset out, once every lease that it is about is free. Each step is one conditional write that finds out for itself whether it was done before, so anybody may do any of
/// them at any time: several at once, or one after another has died.
/// </summary>
internal sealed partial class ResetCarrier(LeaseScope scope, ConsumerTools tools)
{
    private const int ResetsAtATime = 8;
    private const int MostNamed = 20;

    private readonly ILogger _logger = tools.Logger;

    /// <summary>Does what can be done of a reset.</summary>
    /// <param name="order">The reset.</param>
    /// <param name="leases">The leases as they were just listed.</param>
    /// <param name="isFree">Tells whether nobody who may be alive holds a lease.</param>
    /// <param name="snapshot">The last listing of the stream.</param>
    /// <param name="previous">The one before; null when there is none.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async ValueTask<CarryOutcome> CarryAsync(
        ResetOrder order, IReadOnlyList<Lease> leases, Func<Lease, bool> isFree, StreamSnapshot snapshot, StreamSnapshot? previous, CancellationToken cancellationToken)
    {
        var plan = new ResetPlan(order, leases, snapshot);
        var behind = leases.Where(plan.IsBehind).ToList();
        if (leases.Count == 0)
            return CarryOutcome.Waits;
        if (behind.Count == 0)
            return order.IsPending ? await CompleteAsync(order, plan, leases, cancellationToken) : CarryOutcome.Done;
        if (!behind.All(isFree))
            return CarryOutcome.Waits;
        var decisions = new Dictionary<Lease, LeaseReset>(behind.Count);
        foreach (var lease in behind)
        {
            bool? isGone = lease.State != LeaseState.Done ? false : ShardLineage.IsGone(lease.Shard, snapshot, previous);
            if (isGone is not { } known)
                return CarryOutcome.NeedsListing;
            decisions.Add(lease, plan.Decide(lease, known));
        }

        // One that was taken in the meantime ends it for now: its parents are reset after it.
        foreach (var some in plan.ChildrenFirst(behind).SelectMany(group => group.Chunk(ResetsAtATime)))
        {
            var resets = await Task.WhenAll(some.Select(lease => tools.Leases.ResetLeaseAsync(scope, lease, decisions[lease], cancellationToken).AsTask()));
            if (resets.Contains(null))
                return CarryOutcome.Waits;
        }

        return CarryOutcome.Advanced;
    }

    private async ValueTask<CarryOutcome> CompleteAsync(ResetOrder order, ResetPlan plan, IReadOnlyList<Lease> leases, CancellationToken cancellationToken)
    {
        if (!await tools.Leases.CompleteResetAsync(scope, order, Describe(order, plan, leases), tools.Time.GetUtcNow(), cancellationToken))
            return CarryOutcome.Waits;
        LogCarriedOut(tools.Consumer, order.Operation, scope.Stream, order.Start.ToString());
        return CarryOutcome.Advanced;
    }

    /// <summary>Says where the shards were, those that had a position.</summary>
    private static string Describe(ResetOrder order, ResetPlan plan, IReadOnlyList<Lease> leases)
    {
        var moved = leases
            .Where(lease => lease.Generation == order.Generation && plan.Concerns(lease.Shard) && lease.Previous is not null)
            .OrderBy(lease => lease.Shard.Value, StringComparer.Ordinal)
            .Select(lease => $"{lease.Shard} {lease.Previous}")
            .ToList();
        if (moved.Count == 0)
            return "no positions";
        var rest = moved.Count - MostNamed;
        return string.Join(", ", moved.Take(MostNamed)) + (rest > 0 ? $", and {rest} more" : "");
    }

    [LoggerMessage(4070, LogLevel.Information, "{Consumer}: operation {Operation} is carried out: {Stream} is read from {Start} on.")]
    private partial void LogCarriedOut(string consumer, long operation, StreamArn stream, string start);
}

/// <summary>How far a reset has come.</summary>
internal enum CarryOutcome
{
    /// <summary>Nothing is left to be done.</summary>
    Done,

    /// <summary>Something was written: the next listing shows what is left.</summary>
    Advanced,

    /// <summary>A lease is held.</summary>
    Waits,

    /// <summary>It cannot be told whether the stream still has a shard; another listing tells.</summary>
    NeedsListing,
}
