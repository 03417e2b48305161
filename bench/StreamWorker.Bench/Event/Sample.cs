using System.Diagnostics;

namespace StreamWorker.Bench.Event;

/// <summary>What one way took of one round, a record.</summary>
internal readonly record struct Sample(double CpuMicroseconds, double BytesAllocated)
{
    public static Sample Take(Func<int> run, TimeSpan share, int records)
    {
        GC.Collect();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var runs = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < share; runs++)
            run();
        return new Sample(
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / runs / records,
            (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)runs / records);
    }
}
