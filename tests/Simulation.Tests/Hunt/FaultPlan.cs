namespace StreamWorker.Simulation.Hunt;

/// <summary>Makes up what goes wrong.</summary>
internal sealed class FaultPlan(Simulation run, IReadOnlyList<WorkerSlot> slots, Dice dice, double length)
{
    private static readonly string[] s_operations =
    [
        nameof(ILeaseStore.ClaimAsync), nameof(ILeaseStore.CheckpointAsync), nameof(ILeaseStore.EndShardAsync), nameof(ILeaseStore.ReleaseAsync), nameof(ILeaseStore.BeatAsync),
        nameof(ILeaseStore.RequestAsync), nameof(ILeaseStore.HandOverAsync), nameof(ILeaseStore.RequestAsync), nameof(ILeaseStore.HandOverAsync), nameof(ILeaseStore.AnnounceLeavingAsync), nameof(ILeaseStore.RecordGapAsync),
        nameof(ILeaseStore.CreateLeaseAsync), nameof(ILeaseStore.FenceWorkerAsync), nameof(ILeaseStore.RemoveWorkerAsync), nameof(ILeaseStore.ListLeasesAsync), nameof(ILeaseStore.ListWorkersAsync),
        nameof(IStreamsClient.DescribeStreamAsync), nameof(IStreamsClient.GetShardIteratorAsync), nameof(IStreamsClient.GetRecordsAsync),
    ];

    private readonly ShardFaults _shards = new(run);

    public IReadOnlyList<PlannedFault> Make(int count) => [.. Enumerable.Range(0, count).Select(_ => Make())];

    private PlannedFault Make()
    {
        var slot = dice.Pick(slots);
        var at = length * dice.Fraction();
        // Short ones, those about as long as a lease lasts, and long ones.
        var span = dice.OneOf(0.5, 3, 8) * dice.Fraction();
        var likely = dice.OneOf(0.1, 0.5, 0.9);
        var far = dice.OneOf(0.2, 1.5, 6) * dice.Fraction();
        return dice.Below(26) switch
        {
            0 or 1 => Of($"{slot.Name} is killed", slot.Kill, slot.Start),
            2 or 3 => Of($"{slot.Name} is paused", () => slot.Pause(isMachine: false), slot.Resume),
            4 => Of($"the machine of {slot.Name} is suspended", () => slot.Pause(isMachine: true), slot.Resume),
            5 => Of($"{slot.Name} is told to stop", slot.Stop, slot.Start),
            6 => OnOne("is cut off from the lease table", worker => worker.Table.Faults, faults => faults.IsCut = true),
            7 => OnOne("is cut off from the streams", worker => worker.Stream.Faults, faults => faults.IsCut = true),
            8 => OnAll("the lease table throttles", worker => worker.Table.Faults, faults => faults.Throttling = likely),
            9 => OnAll("the streams throttle or fail", worker => worker.Stream.Faults, faults => (faults.Throttling, faults.ServiceFaults) = (likely / 2, likely / 2)),
            10 => OnOne("loses answers of the lease table", worker => worker.Table.Faults, faults => faults.LostReplies = likely),
            11 => OnOne("loses requests to the lease table", worker => worker.Table.Faults, faults => faults.LostRequests = likely),
            12 => OnOne("loses answers of the streams", worker => worker.Stream.Faults, faults => faults.LostReplies = likely),
            13 => OnOne("is far from the lease table", worker => worker.Table.Faults, faults => faults.Slowness = TimeSpan.FromSeconds(far)),
            14 => Of($"the wall clock of {slot.Name} jumps", () => slot.Change(worker => worker.JumpWallClock(TimeSpan.FromSeconds(dice.Between(-60, 60)))), static () => { }),
            15 => MakeListing(slot, at, span, likely),
            16 or 17 or 18 or 19 => MakeInCall(slot, at, span, far),
            20 => Of("the oldest records are dropped", () => _shards.DropRecords(dice), static () => { }),
            21 => Of("a closed shard is dropped", () => _shards.DropShard(dice), static () => { }),
            22 => Of("the stream is disabled and enabled", _shards.Renew, static () => { }),
            _ => MakeHandler(at, span, likely),
        };

        PlannedFault Of(string what, Action begin, Action end) => new(what, at, span, begin, end);

        PlannedFault OnOne(string what, Func<SimulatedWorker, LinkFaults> link, Action<LinkFaults> set) =>
            Of($"{slot.Name} {what} ({likely})", () => slot.Change(worker => set(link(worker))), () => slot.Change(worker => link(worker).Clear()));

        PlannedFault OnAll(string what, Func<SimulatedWorker, LinkFaults> link, Action<LinkFaults> set) => Of(
            $"{what} ({likely})",
            () =>
            {
                foreach (var one in slots)
                    one.Change(worker => set(link(worker)));
            },
            () =>
            {
                foreach (var one in slots)
                    one.Change(worker => link(worker).Clear());
            });
    }

    private PlannedFault MakeListing(WorkerSlot slot, double at, double span, double likely) => dice.Below(3) switch
    {
        0 => new PlannedFault($"{slot.Name} is shown old listings", at, span, () => slot.Listing.Lag = TimeSpan.FromSeconds(2 * likely), slot.Listing.Clear),
        1 => new PlannedFault($"{slot.Name} is shown empty listings ({likely})", at, span, () => slot.Listing.EmptyPages = likely, slot.Listing.Clear),
        _ => new PlannedFault($"{slot.Name} is told that the stream is unknown ({likely / 3})", at, span, () => slot.Listing.Unknown = likely / 3, slot.Listing.Clear),
    };

    /// <summary>Something happens in the middle of the next call of an operation: where a protocol is at its weakest.</summary>
    private PlannedFault MakeInCall(WorkerSlot slot, double at, double span, double delay)
    {
        var operation = dice.Pick(s_operations);
        var (what, happen) = dice.Below(5) switch
        {
            0 => ("is killed in", new Func<SimulatedWorker, CallFate?>(_ =>
            {
                slot.Kill();
                return null;
            })),
            1 => ("is paused in", _ =>
            {
                slot.Pause(isMachine: false);
                return null;
            }),
            2 => ("loses the answer of", _ => new CallFate { LosesReply = true }),
            3 => ($"waits {delay:F3} s for the answer of", _ => new CallFate { Reply = TimeSpan.FromSeconds(delay) }),
            _ => ($"takes {delay:F3} s to reach", _ => new CallFate { Request = TimeSpan.FromSeconds(delay) }),
        };
        return new PlannedFault($"{slot.Name} {what} {operation}", at, span, () => slot.Change(Set), () =>
        {
            slot.Change(worker => worker.Table.OnCall = worker.Stream.OnCall = null);
            slot.Resume();
            slot.Start();
        });

        void Set(SimulatedWorker worker) => worker.Table.OnCall = worker.Stream.OnCall = call =>
        {
            if (call.Operation != operation)
                return null;
            worker.Table.OnCall = worker.Stream.OnCall = null;
            return happen(worker);
        };
    }

    private PlannedFault MakeHandler(double at, double span, double likely)
    {
        var handler = run.Consumers.Count == 1 ? run.Handler : dice.Pick(run.Consumers).Handler;
        var poison = dice.Below(30);
        return dice.Below(5) switch
        {
            0 => new PlannedFault($"record #{poison} fails", at, span, () => handler.Fails = record => record.Number == poison, handler.Clear),
            1 => new PlannedFault($"records fail ({likely})", at, span, () => handler.Fails = _ => dice.Chance(likely), handler.Clear),
            2 => new PlannedFault(
                $"batches fail whole ({likely})", at, span, () => (handler.FailsWholeBatches, handler.Fails) = (true, _ => dice.Chance(likely / 3)), handler.Clear),
            3 => new PlannedFault($"records take up to {likely} s", at, span, () => handler.Takes = _ => TimeSpan.FromSeconds(likely * dice.Fraction()), handler.Clear),
            _ => new PlannedFault(
                "the handler is slow and does not stop when it is told to",
                at,
                span,
                () => (handler.IgnoresCancellation, handler.Takes) = (true, _ => TimeSpan.FromSeconds(0.3 * dice.Fraction())),
                handler.Clear),
        };
    }
}

/// <summary>Something that goes wrong for a while.</summary>
internal sealed record PlannedFault(string What, double At, double For, Action Begin, Action End);
