namespace StreamWorker.Simulation.Hunt;

/// <summary>Makes up what goes wrong.</summary>
internal sealed class FaultPlan(Simulation run, IReadOnlyList<WorkerSlot> slots, Dice dice, double length)
{
    public IReadOnlyList<PlannedFault> Make(int count) => [.. Enumerable.Range(0, count).Select(_ => Make())];

    private PlannedFault Make()
    {
        var slot = dice.Pick(slots);
        var at = length * dice.Fraction();
        // Short ones, those about as long as a lease lasts, and long ones.
        var span = dice.Pick(0.5, 3, 8) * dice.Fraction();
        var likely = dice.Pick(0.1, 0.5, 0.9);
        var far = dice.Pick(0.2, 1.5, 6) * dice.Fraction();
        return dice.Below(18) switch
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
            14 => Of($"the wall clock of {slot.Name} jumps", () => slot.Change(worker => worker.Clock.WallOffset += TimeSpan.FromSeconds(dice.Between(-60, 60))), static () => { }),
            15 => MakeListing(slot, at, span, likely),
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

    private PlannedFault MakeHandler(double at, double span, double likely)
    {
        var handler = run.Handler;
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
