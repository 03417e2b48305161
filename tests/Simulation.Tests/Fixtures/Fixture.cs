namespace StreamWorker.Simulation.Fixtures;

/// <summary>Runs a fixture under many seeds: the same story, with everything that happens at one moment in another order, and with other delays.</summary>
internal static class Fixture
{
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(3);

    public static void Run(Func<Simulation, Task> script, SimulationSettings? settings = null, int seeds = 20)
    {
        for (var seed = 1; seed <= seeds; seed++)
            Simulation.Run((ulong)seed, script, settings);
    }

    /// <summary>Lets a client write at a steady rate to items in turn, until the run stops it.</summary>
    public static async Task WriteSteadilyAsync(this Simulation run, double forSeconds, double perSecond = 20, int items = 10)
    {
        var end = run.Seconds + forSeconds;
        for (var i = 0; run.Seconds < end; i++)
        {
            run.Table.Write(i % items);
            await run.PassAsync(1 / perSecond);
        }
    }
}
