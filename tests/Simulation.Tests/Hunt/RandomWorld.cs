using StreamWorker.Simulation.Mutants;

namespace StreamWorker.Simulation.Hunt;

/// <summary>A run of which the seed decides everything: what the table, the workers and the ways are like, what is written, and what goes wrong when.</summary>
internal sealed class RandomWorld
{
    private const int Items = 8;

    private readonly Simulation _run;
    private readonly Dice _dice;
    private readonly IReadOnlySet<int> _without;
    private readonly bool _isOperated;
    private readonly List<WorkerSlot> _slots = [];
    private readonly List<(double At, Action Do)> _events = [];
    private readonly double _length;

    private RandomWorld(Simulation run, IReadOnlySet<int> without, bool isOperated)
    {
        _isOperated = isOperated;
        _run = run;
        _dice = run.Dice;
        _without = without;
        _length = 5 + (10 * _dice.Fraction());
    }

    /// <summary>Gets the time within which all must be done after the last fault: what the pauses between tries add up to when every one of them was just begun.</summary>
    public static double SecondsToRecover => 90;

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="without">The faults that are left out.</param>
    /// <param name="isWritten">Whether the history is written down.</param>
    /// <param name="mutation">The rule that is broken on purpose.</param>
    /// <param name="isOperated">Whether operators pause and reset the consumer as well.</param>
    public static SimulationResult Run(ulong seed, IReadOnlySet<int>? without = null, bool isWritten = false, Mutation? mutation = null, bool isOperated = false) =>
        Simulation.RunOnce(seed, run => new RandomWorld(run, without ?? new HashSet<int>(), isOperated).RunAsync(), SettingsOf(seed) with { Mutation = mutation }, isWritten);

    private static SimulationSettings SettingsOf(ulong seed)
    {
        var dice = new Dice(~seed);
        var lease = TimeSpan.FromSeconds(dice.OneOf(1.0, 2.0, 3.0));
        var checkpoint = TimeSpan.FromSeconds(dice.OneOf(0, 0.2, 1));
        var poll = TimeSpan.FromSeconds(dice.OneOf(0.25, 0.5, 1));
        var discovery = TimeSpan.FromSeconds(dice.OneOf(1, 3, 10));
        var rebalance = TimeSpan.FromSeconds(dice.OneOf(0, 0.5, 2, 5));
        var drain = TimeSpan.FromSeconds(dice.OneOf(0.5, 2));
        var batch = dice.OneOf(1, 2, 5, 20, 100);
        var start = dice.Chance(0.2) ? StartingPosition.Latest : StartingPosition.TrimHorizon;
        var shards = dice.OneOf(1, 1, 2, 3, 4, 7);
        var filter = dice.OneOf(ChildFilter.Honoured, ChildFilter.Honoured, ChildFilter.Ignored, ChildFilter.Refused);
        var (shardsPerPage, recordsPerPage) = (dice.OneOf(1, 2, 100), dice.OneOf(1, 3, 1000));
        var step = dice.OneOf(0, 0, 0, 2_000);
        var consumers = dice.OneOf(1, 1, 2, 3);
        var (lanes, isolates, bisects) = (dice.OneOf(1, 1, 2, 5), dice.Chance(0.3), dice.Chance(0.3));
        return new SimulationSettings
        {
            Consumers = consumers,
            Shards = shards,
            ChildFilter = filter,
            ShardsPerPage = shardsPerPage,
            RecordsPerPage = recordsPerPage,
            LongestStep = step,
            Worker = options =>
            {
                options.LeaseDuration = lease;
                options.CheckpointInterval = checkpoint;
                options.MaximumPollInterval = poll;
                options.DiscoveryInterval = discovery;
                options.DrainTimeout = drain;
                options.RebalanceDelay = rebalance;
                options.StallTimeout = TimeSpan.FromSeconds(10);
            },
            Consumer = options =>
            {
                options.BatchSize = batch;
                options.ParallelizationFactor = lanes;
                options.FailurePolicy = isolates ? FailurePolicy.Isolate : FailurePolicy.Lambda;
                options.BisectBatchOnFunctionError = bisects;
                options.StartingPosition = start;
                options.RetryDelay = TimeSpan.FromMilliseconds(50);
                options.MaximumRetryDelay = TimeSpan.FromSeconds(1);
            },
            Summary = $"lease {lease.TotalSeconds} s, checkpoints each {checkpoint.TotalSeconds} s, listing each {discovery.TotalSeconds} s, rebalancing after {rebalance.TotalSeconds} s, batches of {batch} in {lanes} lanes{(isolates ? ", isolated" : "")}{(bisects ? ", halved" : "")}, {start}{(consumers == 1 ? "" : $", {consumers} consumers")}",
        };
    }

    private async Task RunAsync()
    {
        _run.Notes.Add($"Settings: {_run.Settings.Summary}, {_run.Settings.Shards} shards");
        for (var i = _dice.Between(1, 4); i > 0; i--)
        {
            var slot = new WorkerSlot(_run, $"w{_slots.Count}", _dice);
            _slots.Add(slot);
            At(_dice.Chance(0.7) ? 0 : _dice.Fraction() * _length, slot.Start);
        }

        PlanWorkers();
        PlanWrites();
        PlanShards();
        var plan = new FaultPlan(_run, _slots, _dice, _length);
        var faults = plan.Make(_dice.Below(12)).ToList();
        var operations = _isOperated ? new OperationPlan(_run, _run.NewDice(), _length) : null;
        faults.AddRange(operations?.Make(1 + _dice.Below(5)) ?? []);
        for (var i = 0; i < faults.Count; i++)
        {
            _run.Notes.Add($"Fault {i}{(_without.Contains(i) ? " (left out)" : "")}: at {faults[i].At:F3} s for {faults[i].For:F3} s: {faults[i].What}");
            if (_without.Contains(i))
                continue;
            At(faults[i].At, faults[i].Begin);
            At(Math.Min(_length, faults[i].At + faults[i].For), faults[i].End);
        }

        foreach (var (at, action) in _events.OrderBy(planned => planned.At))
        {
            await _run.PassAsync(Math.Max(0, at - _run.Seconds));
            action();
        }

        foreach (var consumer in _run.Consumers)
            consumer.Handler.Clear();
        await Task.WhenAll(_slots.Select(slot => slot.RecoverAsync()));
        if (operations is not null)
            await operations.RecoverAsync();
        await _run.EndAsync(SecondsToRecover);
    }

    private void At(double at, Action action) => _events.Add((at, action));

    /// <summary>Workers come and go in order, as in a deployment or with a change of scale.</summary>
    private void PlanWorkers()
    {
        for (var changes = _dice.Chance(0.5) ? _dice.Between(1, 5) : 0; changes > 0; changes--)
        {
            var slot = _dice.Pick(_slots);
            if (_dice.Chance(0.5))
                At(_dice.Fraction() * _length, slot.Stop);
            else
                At(_dice.Fraction() * _length, slot.Start);
        }
    }

    private void PlanWrites()
    {
        for (var bursts = _dice.Between(4, 20); bursts > 0; bursts--)
        {
            var (item, count) = (_dice.Below(Items), _dice.Between(1, 6));
            var isOneItem = _dice.Chance(0.3);
            At(_dice.Fraction() * _length, () =>
            {
                for (var i = 0; i < count; i++)
                    _run.Table.Write(isOneItem ? item : (item + i) % Items);
            });
        }
    }

    private void PlanShards()
    {
        for (var divisions = _dice.Below(4); divisions > 0; divisions--)
        {
            var (chosen, isSplit) = (_dice.Below(100), _dice.Chance(0.4));
            At(_dice.Fraction() * _length, () =>
            {
                var open = _run.Table.OpenShards;
                var shard = open[chosen % open.Count];
                if (isSplit)
                    _run.Table.Split(shard);
                else
                    _run.Table.Roll(shard);
            });
        }

        for (var gaps = _dice.Below(3); gaps > 0; gaps--)
        {
            var (chosen, pages) = (_dice.Below(100), _dice.Between(1, 6));
            At(_dice.Fraction() * _length, () =>
            {
                var open = _run.Table.OpenShards;
                _run.Table.AddEmptyPages(open[chosen % open.Count], pages);
            });
        }
    }
}
