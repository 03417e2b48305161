namespace StreamWorker.Consumer.Leases;

/// <summary>
/// Decides which leases a worker takes and which it asks for. Everybody who sees the same comes to the same shares and to a different part of what there is to take,
/// without anybody telling the others. Each worker is to have as many leases as any other, or one more; who has more already keeps it, so that as few as possible move,
/// and when all have their share nothing moves any more. Nothing here takes a lease from a worker that is alive.
/// </summary>
internal static class LeaseBalancer
{
    /// <summary>How many leases a worker asks for at the same time.</summary>
    public const int MostRequests = 2;

    /// <summary>Makes the plan of one turn.</summary>
    public static BalancePlan Plan(BalanceView view)
    {
        var ranking = Rank(view);
        var free = view.Leases.Where(lease => lease.IsFree).OrderBy(lease => lease.Lease.Shard.Value, StringComparer.Ordinal).ToList();
        var claims = ShareOf(view.Self, ranking, free, out var allotted);

        // What nobody has taken for long is taken by anybody: whose share it was does not take it.
        foreach (var lease in free.Where(lease => lease.IsOverdue && !claims.Contains(lease)))
            claims.Add(lease);

        // What a worker that leaves still holds has to move in any case: it is asked for at once, all of it.
        ranking = With(ranking, allotted);
        var offered = view.Leases.Where(lease => lease.IsOffered).OrderBy(lease => lease.Lease.Shard.Value, StringComparer.Ordinal).ToList();
        var takeovers = ShareOf(view.Self, ranking, offered, out allotted);
        foreach (var lease in offered.Where(lease => lease.IsOverdue && !takeovers.Contains(lease)))
            takeovers.Add(lease);

        var requests = new List<BalanceLease>();
        if (view.MayAsk)
        {
            ranking = With(ranking, allotted);
            requests = ShareOf(view.Self, ranking, Surplus(view, ranking), out _);
        }

        var mayAskFor = Math.Max(0, MostRequests - view.Leases.Count(lease => IsAskedForBy(lease, view.Self)));
        return new BalancePlan([.. claims.Select(lease => lease.Lease)], [.. takeovers.Concat(requests.Take(mayAskFor)).Select(lease => lease.Lease)]);
    }

    private static List<Member> With(List<Member> ranking, Dictionary<WorkerIdentity, int> allotted) =>
        [.. ranking.Select(member => member with { Held = member.Held + allotted.GetValueOrDefault(member.Worker) })];

    /// <summary>Gives the workers' shares, those who hold most first. Of those who hold equally many the youngest is first: in a rolling restart it is the one that stays.</summary>
    private static List<Member> Rank(BalanceView view)
    {
        var held = view.Workers.ToDictionary(worker => worker.Worker, _ => 0);
        foreach (var lease in view.Leases.Where(lease => !lease.IsFree))
        {
            // A lease that is asked for counts for the one who is going to have it.
            var counts = lease.Lease.Requester is { } requester && held.ContainsKey(requester) ? requester : lease.Lease.Owner!;
            if (held.TryGetValue(counts, out var count))
                held[counts] = count + 1;
        }

        var order = view.Workers
            .OrderByDescending(worker => held[worker.Worker])
            .ThenBy(worker => worker.Age)
            .ThenBy(worker => worker.Worker.Incarnation, StringComparer.Ordinal)
            .ToList();
        var (floor, more) = Math.DivRem(view.Leases.Count, order.Count);
        return [.. order.Select((worker, place) => new Member(worker.Worker, held[worker.Worker], place < more ? floor + 1 : floor))];
    }

    /// <summary>Deals leases out to those who have less than their share, the one who has least first, and gives what falls to one of them.</summary>
    private static List<BalanceLease> ShareOf(WorkerIdentity self, List<Member> ranking, List<BalanceLease> leases, out Dictionary<WorkerIdentity, int> allotted)
    {
        allotted = [];
        var mine = new List<BalanceLease>();
        var next = 0;
        for (var i = ranking.Count - 1; i >= 0 && next < leases.Count; i--)
        {
            var count = Math.Min(ranking[i].Share - ranking[i].Held, leases.Count - next);
            if (count <= 0)
                continue;
            allotted[ranking[i].Worker] = count;
            if (ranking[i].Worker == self)
                mine = [.. leases.Skip(next).Take(count)];
            next += count;
        }

        return mine;
    }

    /// <summary>Gives the leases that workers hold above their share: of each of them those that are busy first, for quiet ones make no difference, and the youngest, which have least behind them.</summary>
    private static List<BalanceLease> Surplus(BalanceView view, List<Member> ranking)
    {
        var members = ranking.Select(member => member.Worker).ToHashSet();
        var byOwner = view.Leases
            .Where(lease => !lease.IsFree && !lease.IsResting && (lease.Lease.Requester is not { } requester || !members.Contains(requester)))
            .ToLookup(lease => lease.Lease.Owner!);
        return [.. ranking.Where(member => member.Held > member.Share).SelectMany(member => byOwner[member.Worker]
            .OrderByDescending(lease => lease.IsBusy)
            .ThenByDescending(lease => lease.Lease.Shard.Value, StringComparer.Ordinal)
            .Take(member.Held - member.Share))];
    }

    private static bool IsAskedForBy(BalanceLease lease, WorkerIdentity worker) => !lease.IsFree && lease.Lease.Requester == worker && lease.Lease.Owner != worker;

    private sealed record Member(WorkerIdentity Worker, int Held, int Share);
}

/// <summary>What a worker sees when it decides.</summary>
/// <param name="Self">The worker.</param>
/// <param name="Workers">The workers that are alive and mean to stay, itself among them.</param>
/// <param name="Leases">The leases of shards that can be read now, held or not.</param>
/// <param name="MayAsk">Whether leases may be asked for: not while workers come and go.</param>
internal sealed record BalanceView(WorkerIdentity Self, IReadOnlyList<BalanceWorker> Workers, IReadOnlyList<BalanceLease> Leases, bool MayAsk);

/// <summary>A worker that takes part.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Age">How old it is, roughly: who compares two that began together must not see now one and now the other as older.</param>
internal readonly record struct BalanceWorker(WorkerIdentity Worker, int Age);

/// <summary>A lease, and what the deciding worker knows of it.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="IsFree">Whether nobody holds it who may be alive.</param>
internal sealed record BalanceLease(Lease Lease, bool IsFree)
{
    /// <summary>Gets whether its owner leaves, and nobody who stays has asked for it yet.</summary>
    public bool IsOffered { get; init; }

    /// <summary>Gets whether it has been free, or offered, for so long that whose share it is does not matter any more.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Gets whether it has moved, or was asked for in vain, only a while ago.</summary>
    public bool IsResting { get; init; }

    /// <summary>Gets whether its checkpoint has moved of late.</summary>
    public bool IsBusy { get; init; }
}

/// <summary>What a worker does in one turn.</summary>
/// <param name="Claims">The leases that it takes.</param>
/// <param name="Requests">The leases that it asks their owners for.</param>
internal sealed record BalancePlan(IReadOnlyList<Lease> Claims, IReadOnlyList<Lease> Requests);
