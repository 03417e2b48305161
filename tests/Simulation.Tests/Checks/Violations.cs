namespace StreamWorker.Simulation;

/// <summary>Takes what the checks find. The first finding ends the run; code under test that catches everything cannot hide it.</summary>
internal sealed class Violations(Scheduler scheduler)
{
    public Violation? First { get; private set; }

    public void Report(string rule, string what)
    {
        scheduler.History.Write(scheduler.Now, "CHECK", $"{rule} is broken: {what}");
        First ??= new Violation(rule, what, TimeSpan.FromTicks(scheduler.Now));
    }
}

/// <summary>A broken invariant.</summary>
/// <param name="Rule">Which one: I1 to I7.</param>
/// <param name="What">What was seen.</param>
/// <param name="At">When, in true time.</param>
internal sealed record Violation(string Rule, string What, TimeSpan At);
