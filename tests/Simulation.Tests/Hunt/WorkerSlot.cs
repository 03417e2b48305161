namespace StreamWorker.Simulation.Hunt;

/// <summary>A place where a worker runs: when one is gone another one is started there.</summary>
internal sealed class WorkerSlot(Simulation run, string name, Dice dice)
{
    private int _generation;
    private bool _isSuspended;

    public string Name => name;

    public SimulatedWorker? Worker { get; private set; }

    public ListingFaults Listing { get; } = new(run.NewDice(), run.Time);

    public bool IsUp => Worker is { IsGone: false };

    public void Start()
    {
        if (IsUp)
            return;
        // Some are given a new name, as by a Deployment, and some keep theirs, as in a StatefulSet.
        _generation++;
        Worker = run.Start(dice.Chance(0.5) ? name : $"{name}.{_generation}", new WorkerSetup
        {
            ClockRate = 0.95 + (0.1 * dice.Fraction()),
            ClockOffset = TimeSpan.FromHours(dice.Below(10_000)),
            WallOffset = dice.Chance(0.3) ? TimeSpan.FromSeconds(dice.Between(-4000, 4000)) : TimeSpan.Zero,
        });
        Worker.Listing.OnListed = Listing.Apply;
        Worker.Table.Faults.Latency = Worker.Stream.Faults.Latency = TimeSpan.FromMilliseconds(dice.OneOf(1, 10, 60));
        Worker.Table.Patience = Worker.Stream.Patience = TimeSpan.FromSeconds(dice.OneOf(0.5, 1, 3));
    }

    public void Kill()
    {
        if (IsUp)
            Worker!.Kill();
    }

    public void Stop()
    {
        if (IsUp)
            Worker!.Stop();
    }

    public void Pause(bool isMachine)
    {
        if (!IsUp || Worker!.Process.IsPaused)
            return;
        _isSuspended = isMachine;
        if (isMachine)
            Worker.Suspend();
        else
            Worker.Pause();
    }

    public void Resume()
    {
        if (!IsUp || !Worker!.Process.IsPaused)
            return;
        if (_isSuspended)
            Worker.WakeUp();
        else
            Worker.Resume();
    }

    public void Change(Action<SimulatedWorker> change)
    {
        if (IsUp)
            change(Worker!);
    }

    /// <summary>Ends everything that is wrong here. A worker that was about to stop does that first.</summary>
    public async Task RecoverAsync()
    {
        Listing.Clear();
        Resume();
        Change(worker => worker.Table.Faults.Clear());
        Change(worker => worker.Stream.Faults.Clear());
        if (Worker is { IsStopping: true })
            await run.UntilAsync(() => !IsUp, 60, $"{name} has stopped");
        Start();
    }
}
