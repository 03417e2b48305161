using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace StreamWorker.Bench.Event;

/// <summary>Goes through one event in all ways, in turn, and prints what each takes of the processor time of the tokenizing limit.</summary>
internal static class EventBench
{
    public const int Rounds = 9;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(750);

    public static async Task<int> RunAsync(string[] args)
    {
        if (EventOptions.Parse(args) is not { } options)
            return 2;
        var all = new List<EventResult>();
        foreach (var records in options.Records)
        {
            var utf8 = EventData.Make(records);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"event of {records:N0} records, {utf8.Length / (double)records:N0} bytes a record"));
            var results = await MeasureAsync(records, utf8, Subjects.Of(utf8), options.Share, withNode: true);
            Print(records, utf8, results);
            Compare(results);
            all.AddRange(results);
        }

        if (StructuralLimit.IsSupported)
            await StartPortableAsync(args);
        Console.WriteLine(JsonSerializer.Serialize(all, JsonSerializerOptions.Web));
        return 0;
    }

    /// <summary>Measures the chain alone, in a process that was started without AVX2.</summary>
    public static async Task<int> RunPortableAsync(string[] args)
    {
        if (EventOptions.Parse(args) is not { } options)
            return 2;
        foreach (var records in options.Records)
        {
            var utf8 = EventData.Make(records);
            var results = await MeasureAsync(records, utf8, [.. Subjects.Of(utf8).Where(subject => subject.Name is Subjects.Tokens or Subjects.Lazy or Subjects.Dictionaries)], options.Share, withNode: false);
            Console.WriteLine("Without AVX2 and carry-less multiplication (the portable path):");
            Print(records, utf8, results);
        }

        return 0;
    }

    private static async Task StartPortableAsync(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(EventBench).Assembly.Location, "event-portable", .. args]) { UseShellExecute = false };
        start.Environment["DOTNET_EnableAVX2"] = "0";
        start.Environment["DOTNET_EnablePCLMULQDQ"] = "0";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
    }

    private static async Task<List<EventResult>> MeasureAsync(int records, byte[] utf8, IReadOnlyList<EventSubject> subjects, TimeSpan share, bool withNode)
    {
        // Long enough for the code to have its final form.
        foreach (var subject in subjects)
        {
            for (var warmUp = Stopwatch.StartNew(); warmUp.Elapsed < s_warmUp;)
                subject.Run();
        }

        await using var node = withNode ? await NodePeer.StartAsync(utf8, share) : null;
        var samples = subjects.Select(_ => new List<Sample>()).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < subjects.Count; i++)
                samples[i].Add(Sample.Take(subjects[i].Run, share, records));
            if (node is not null)
                await node.MeasureAsync();
        }

        var limit = samples[0];
        List<EventResult> results = [.. subjects.Select((subject, i) => EventResult.Of(subject, records, utf8.Length, samples[i], limit))];
        if (node is not null)
            results.AddRange(node.Results(records, utf8.Length, limit));
        return results;
    }

    private static void Print(int records, byte[] utf8, List<EventResult> results)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Event of {records:N0} records, {utf8.Length / (double)records:N0} bytes each. Medians of {Rounds} rounds in turn; a ratio is that of processor times in one round."));
        Console.WriteLine();
        Console.WriteLine("| | CPU µs/record | MB/s of CPU time | ratio to (a) | min..max | B/record allocated | goal |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var result in results)
        {
            var goal = result.Goal is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most}: {(result.Ratio <= most ? "met" : "MISSED")}") : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Name} | {result.CpuMicroseconds:F3} | {result.MegabytesPerSecond:N0} | {result.Ratio:F2} | {result.RatioMinimum:F2}..{result.RatioMaximum:F2} | {result.BytesAllocated:N0} | {goal} |"));
        }

        Console.WriteLine();
    }

    private static void Compare(List<EventResult> results)
    {
        var lazy = results.First(result => result.Name == Subjects.Lazy);
        var plain = results.First(result => result.Name == Subjects.Plain);
        var full = results.First(result => result.Name == Subjects.Dictionaries);
        Say("lazy chain against the AWS SDK", results.FirstOrDefault(result => result.Name == Subjects.Sdk), lazy, 10);
        Say("lazy chain against the recipe in Node", results.FirstOrDefault(result => result.Name == NodePeer.Chain), lazy, 10);
        Say("every image to plain JSON against the recipe in Node", results.FirstOrDefault(result => result.Name == NodePeer.Chain), plain, 4);
        Say("every image to a dictionary against the recipe in Node", results.FirstOrDefault(result => result.Name == NodePeer.Chain), full, 4);
        Console.WriteLine($"lazy chain: {lazy.BytesAllocated:N0} bytes allocated a record (goal 300: {(lazy.BytesAllocated <= 300 ? "met" : "MISSED")})");
        Console.WriteLine();
    }

    private static void Say(string what, EventResult? peer, EventResult ours, double goal)
    {
        if (peer is null)
        {
            Console.WriteLine($"{what}: not measured");
            return;
        }

        var times = peer.Samples.Zip(ours.Samples, (other, own) => other.CpuMicroseconds / own.CpuMicroseconds).Order().ToList();
        var median = times[times.Count / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {median:F1} times the records per second of processor time, {times[0]:F1}..{times[^1]:F1} (goal {goal}: {(median >= goal ? "met" : "MISSED")})"));
    }
}
