using System.Runtime.CompilerServices;

namespace StreamWorker.Simulation;

/// <summary>One run: a table with its stream, a lease table, any number of workers, and a script that does things to them. Everything that happens follows from the seed.</summary>
internal sealed class Simulation
{
    public const string Application = "shop";
    public const string Consumer = "search";

    private const int MostSteps = 3_000_000;

    private readonly List<Wait> _waiting = [];
    private readonly List<SimulatedWorker> _workers = [];
    private readonly InMemoryStreams _service;
    private readonly Dice _dice;
    private ulong _purposes;

    private Simulation(ulong seed, SimulationSettings settings, bool isWritten)
    {
        _dice = new Dice(seed);
        Settings = settings;
        Scheduler = new Scheduler(NewDice(), new History(isWritten)) { LongestStep = settings.LongestStep };
        World = Scheduler.NewProcess("world");
        Dice = NewDice();
        ScriptProcess = Scheduler.NewProcess("script");
        Violations = new Violations(Scheduler);
        Consumers = [.. Enumerable.Range(0, settings.Consumers).Select(i => new SimulatedConsumer(i == 0 ? Consumer : $"{Consumer}-{i + 1}", Scheduler, Violations, Tally, Find))];
        Time = new SimulatedClock(Scheduler, ScriptProcess);
        _service = new InMemoryStreams(Time);
        Table = new SimulatedTable(_service, Time, [.. Consumers.Select(consumer => consumer.Ledger)], Scheduler, Tally, settings.Shards);
        LeaseTable = new ObservedLeaseStore(settings.Mutation?.LeaseTable?.Invoke(Rows) ?? Rows, Rows, scope => Consumers.Single(consumer => consumer.Name == scope.Consumer));
    }

    public SimulationSettings Settings { get; }

    /// <summary>Gets or sets whether consumers that are started stop at gaps, where the settings ask for it.</summary>
    public bool StopsAtGaps { get; set; } = true;

    public Scheduler Scheduler { get; }

    /// <summary>Gets what the script draws from.</summary>
    public Dice Dice { get; }

    /// <summary>Gets where the services are.</summary>
    public SimulatedProcess World { get; }

    public SimulatedProcess ScriptProcess { get; }

    /// <summary>Gets the true time, which is also that of the services.</summary>
    public SimulatedClock Time { get; }

    /// <summary>Gets the consumers of the table.</summary>
    public IReadOnlyList<SimulatedConsumer> Consumers { get; }

    /// <summary>Gets what is true of the first consumer, which is the only one where nothing else is said.</summary>
    public Ledger Ledger => Consumers[0].Ledger;

    public Tally Tally { get; } = new();

    public Violations Violations { get; }

    public HandlerBehaviour Handler => Consumers[0].Handler;

    public SimulatedTable Table { get; }

    public InMemoryLeaseStore Rows { get; } = new();

    public ObservedLeaseStore LeaseTable { get; }

    public IReadOnlyList<SimulatedWorker> Workers => _workers;

    /// <summary>Gets what a report of this run says first: what it was like, and what was to go wrong.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Gets the seconds of true time since the run began.</summary>
    public double Seconds => TimeSpan.FromTicks(Scheduler.Now).TotalSeconds;

    public LeaseScope Scope => new(Application, Consumer, Table.Table.StreamArn);

    /// <summary>Runs a script to its end.</summary>
    /// <returns>The number that stands for the run's history.</returns>
    /// <exception cref="SimulationFailedException">An invariant was broken, or the script failed.</exception>
    public static ulong Run(ulong seed, Func<Simulation, Task> script, SimulationSettings? settings = null)
    {
        var run = RunOnce(seed, script, settings, isWritten: false);
        if (run.Failure is null)
            return run.History.Hash;

        // The same once more, with everything written down.
        var again = RunOnce(seed, script, settings, isWritten: true);
        throw new SimulationFailedException(seed, again);
    }

    /// <summary>Runs a script to its end, or until it fails.</summary>
    public static SimulationResult RunOnce(ulong seed, Func<Simulation, Task> script, SimulationSettings? settings, bool isWritten)
    {
        var before = SynchronizationContext.Current;
        try
        {
            var run = new Simulation(seed, settings ?? new SimulationSettings(), isWritten);
            var failure = run.RunToEnd(script);
            run.Tally.Add("records", run.Ledger.Written);
            run.Tally.Add("records handled again", run.Ledger.Duplicates);
            run.Tally.Add("steps", run.Scheduler.Steps);
            return new SimulationResult(failure, run.Notes, run.Scheduler.History, run.Tally);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public Dice NewDice() => _dice.Fork(++_purposes);

    public InMemoryStreams NewStreamsView() =>
        new(_service) { ChildFilter = Settings.ChildFilter, ShardsPerPage = Settings.ShardsPerPage, RecordsPerPage = Settings.RecordsPerPage };

    /// <summary>Adds a worker and starts it.</summary>
    public SimulatedWorker Start(string name, WorkerSetup? setup = null)
    {
        var worker = new SimulatedWorker(this, name, setup ?? new WorkerSetup());
        _workers.Add(worker);
        Tally.Add("workers started");
        worker.Start();
        return worker;
    }

    /// <summary>Gets a process for operations on the consumer.</summary>
    public SimulatedOperator NewOperator(string name = "operator") => new(this, name);

    /// <summary>Waits until a condition holds while nothing is in motion, for a bounded span of true time.</summary>
    public Task UntilAsync(Func<bool> condition, double withinSeconds = 60, [CallerArgumentExpression(nameof(condition))] string what = "", string rule = "I6")
    {
        var reached = new TaskCompletionSource();
        var deadline = Scheduler.Now + TimeSpan.FromSeconds(withinSeconds).Ticks;
        _waiting.Add(new Wait(condition, deadline, reached, what, rule));
        Scheduler.At(deadline, new Work(ScriptProcess, static _ => { }, null));
        return reached.Task;
    }

    public async Task PassAsync(double seconds)
    {
        var passed = new TaskCompletionSource();
        Scheduler.At(Scheduler.Now + TimeSpan.FromSeconds(seconds).Ticks, new Work(World, _ => passed.SetResult(), null));
        await passed.Task;
    }

    public Lease? LeaseOf(ShardId shard) => Rows.Find(Scope, shard);

    /// <summary>Gets the leases of the current stream.</summary>
    public IReadOnlyList<Lease> Leases => [.. Rows.Leases.Where(entry => entry.Scope == Scope).Select(entry => entry.Lease)];

    /// <summary>Gets the longest time from a write to the record's first delivery.</summary>
    public TimeSpan LongestWait() => TimeSpan.FromTicks(Ledger.Records.Where(record => record.IsHandled).Max(record => record.HandledAt - record.WrittenAt));

    /// <summary>Deletes the row of a shard, as somebody with a console might. What is known of the shard's lease starts anew.</summary>
    public void DeleteRow(ShardFacts shard)
    {
        Rows.Delete(Scope, shard.Id);
        shard.ForgetRow();
    }

    /// <summary>Waits until every shard of the current stream is held, and nobody is about to start.</summary>
    public Task AllHeldAsync(double withinSeconds = 20) =>
        UntilAsync(() => Table.OpenShards.All(shard => LeaseOf(shard)?.Owner is not null), withinSeconds, "every open shard is held");

    /// <summary>Waits until every open shard is held, and every running worker holds as many as any other, or one more.</summary>
    public Task BalancedAsync(double withinSeconds = 60) => UntilAsync(
        () => Counts is var counts && counts.Sum() == Leases.Count(lease => lease.State == LeaseState.Active) && counts.Max() - counts.Min() <= 1,
        withinSeconds,
        "all workers have as many shards");

    /// <summary>Gets how many leases each of the workers holds that run and are to go on.</summary>
    public IReadOnlyList<int> Counts => [.. _workers.Where(worker => worker is { IsRunning: true, IsStopping: false }).Select(worker => Leases.Count(lease => lease.Owner is { } owner && Find(owner) == worker))];

    public Task AllHandledAsync(double withinSeconds = 60) => UntilAsync(() => Consumers.All(consumer => consumer.Ledger.Unfinished == 0), withinSeconds, "every record is handled");

    /// <summary>Ends a run: nothing is in the way any more, and everything must be done within a bounded time (I1, I6); then the workers stop in order, and hold nothing (I7).</summary>
    public async Task EndAsync(double withinSeconds = 120)
    {
        await AllHandledAsync(withinSeconds);
        await UntilAsync(() => Consumers.SelectMany(consumer => consumer.Ledger.Shards).All(shard => shard.IsDone || !shard.IsClosed || shard.IsGone), withinSeconds, "every closed shard is done");
        foreach (var worker in _workers.Where(worker => !worker.IsGone))
            worker.Stop();
        await UntilAsync(() => _workers.All(worker => worker.IsGone), withinSeconds, "every worker has stopped");
        // An answer that nobody waited for any more may still be on its way.
        await UntilAsync(() => _workers.All(worker => worker.Process.IsDead || worker.Listing.OpenPages == 0), 20, "every worker that has stopped has given its pages back", "I7");
    }

    private SimulatedWorker? Find(WorkerIdentity incarnation) => _workers.Find(worker => worker.Name == incarnation.WorkerId && worker.CountsOn(incarnation));

    private Exception? RunToEnd(Func<Simulation, Task> script)
    {
        Task? running = null;
        ScriptProcess.Do(() => running = script(this));
        try
        {
            while (running is not { IsCompleted: true })
            {
                if (Scheduler.Steps > MostSteps)
                    return new TimeoutException($"The run does not come to rest. It waits for: {Open()}");
                if (!Scheduler.IsQuiet)
                    Scheduler.Step();
                else if (!TellWaiting() && !Scheduler.PassTime())
                    return new TimeoutException($"Everything waits and nothing is due. It waits for: {Open()}");
                if (Violations.First is { } violation)
                    return new InvariantViolationException(violation);
            }
        }
        catch (Exception e)
        {
            return e;
        }

        return running.Exception?.InnerException;
    }

    private bool TellWaiting()
    {
        var told = false;
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            var waiting = _waiting[i];
            var holds = waiting.Condition();
            if (!holds && Scheduler.Now < waiting.Deadline)
                continue;
            _waiting.RemoveAt(i);
            told = true;
            if (!holds)
                Violations.Report(waiting.Rule, $"In time it never was so that {waiting.What}");
            waiting.Reached.SetResult();
        }

        return told;
    }

    private string Open() => string.Join("; ", _waiting.Select(waiting => waiting.What));

    private sealed record Wait(Func<bool> Condition, long Deadline, TaskCompletionSource Reached, string What, string Rule);
}
