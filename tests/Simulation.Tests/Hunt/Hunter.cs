using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace StreamWorker.Simulation.Hunt;

/// <summary>Runs one seed after the other, on several threads, until the time is over, and says which ones break something and what the least is that has to go wrong for it.</summary>
/// <param name="output">Where finds are told.</param>
/// <param name="isOperated">Whether operators pause and reset the consumer as well.</param>
internal sealed class Hunter(TextWriter output, bool isOperated = false)
{
    private readonly ConcurrentQueue<ulong> _found = [];
    private readonly Lock _lock = new();
    private long _next;
    private readonly Tally _tally = new();
    private long _done;

    /// <summary>Hunts.</summary>
    /// <returns>How many seeds broke something.</returns>
    public int Run(ulong from, long most, TimeSpan time, int workers)
    {
        var started = Stopwatch.GetTimestamp();
        var reported = started;
        _next = (long)from - 1;
        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(Work) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Report(Stopwatch.GetElapsedTime(started));
        foreach (var (what, count) in _tally.Counts)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {count}"));
        return _found.Count;

        void Work()
        {
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var seed = (ulong)Interlocked.Increment(ref _next);
                if ((long)(seed - from) >= most)
                    return;
                var result = RandomWorld.Run(seed, isOperated: isOperated);
                Interlocked.Increment(ref _done);
                lock (_lock)
                    _tally.Add(result.Tally);
                if (result.Failure is not null)
                    Tell(seed, result);
                var last = Volatile.Read(ref reported);
                if (Stopwatch.GetElapsedTime(last) > TimeSpan.FromMinutes(1) && Interlocked.CompareExchange(ref reported, Stopwatch.GetTimestamp(), last) == last)
                    Report(Stopwatch.GetElapsedTime(started));
            }
        }
    }

    /// <summary>Leaves out one fault after the other for as long as the same rule is broken without it.</summary>
    public static IReadOnlySet<int> Shrink(ulong seed, SimulationResult result, bool isOperated = false)
    {
        var without = new HashSet<int>();
        for (var fault = 0; fault < result.Notes.Count; fault++)
        {
            without.Add(fault);
            if (RuleOf(RandomWorld.Run(seed, without, isOperated: isOperated)) != RuleOf(result))
                without.Remove(fault);
        }

        return without;
    }

    private static string? RuleOf(SimulationResult result) => result.Failure is InvariantViolationException violation ? violation.Rule : result.Failure?.GetType().Name;

    private void Tell(ulong seed, SimulationResult result)
    {
        _found.Enqueue(seed);
        var least = RandomWorld.Run(seed, Shrink(seed, result, isOperated), isOperated: isOperated);
        lock (_lock)
            output.WriteLine($"seed {seed}: {result.Failure!.Message}\n  {string.Join("\n  ", least.Notes.Where(note => !note.Contains("(left out)", StringComparison.Ordinal)))}\n  {least.Failure?.Message}");
    }

    private void Report(TimeSpan elapsed)
    {
        var done = Interlocked.Read(ref _done);
        lock (_lock)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} seeds in {elapsed.TotalSeconds:F1} s: {done / elapsed.TotalSeconds:F1} a second; {_found.Count} broke something{(_found.IsEmpty ? "" : $": {string.Join(", ", _found)}")}"));
    }
}
