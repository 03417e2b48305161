using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using StreamWorker.Bench.Event;
using StreamWorker.Consumer.Delivery.Filters;

namespace StreamWorker.Bench.Filter;

/// <summary>Filters records of which one in a thousand matches, and prints what it takes of the processor time of reading the same bytes once.</summary>
internal static class FilterBench
{
    private const int Records = 1000;
    private const double Goal = 1.3;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(750);
    private static readonly TimeSpan s_share = TimeSpan.FromMilliseconds(250);

    private static readonly (string Name, string Pattern)[] s_patterns =
    [
        ("a key", """{"dynamodb":{"Keys":{"id":{"S":["order-500"]}}}}"""),
        ("the kind of change and two attributes of the new image", """{"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{"status":{"S":["paid"]},"id":{"S":["KEPT"]}}}}"""),
        ("a number by its value, in both images", """{"dynamodb":{"$or":[{"NewImage":{"total":{"N":[{"streamworker:numeric":[">",9999]}]}}},{"OldImage":{"total":{"N":[{"streamworker:numeric":[">",9999]}]}}}]}}"""),
        ("an element of a list of maps, by two members", """{"dynamodb":{"NewImage":{"lines":{"L":{"M":{"sku":{"S":[{"prefix":"sku-42"}]},"count":{"N":["8"]}}}}}}}"""),
    ];

    public static int Run()
    {
        var utf8 = EventData.Make(Records);
        using var page = RecordPage.Parse(utf8);
        var subjects = Subjects(utf8, page.Records);
        foreach (var subject in subjects)
        {
            for (var warmUp = Stopwatch.StartNew(); warmUp.Elapsed < s_warmUp;)
                subject.Run();
        }

        var samples = subjects.Select(_ => new List<Sample>()).ToList();
        for (var round = 0; round < EventBench.Rounds; round++)
        {
            for (var i = 0; i < subjects.Count; i++)
                samples[i].Add(Sample.Take(subjects[i].Run, s_share, Records));
        }

        List<EventResult> results = [.. subjects.Select((subject, i) => EventResult.Of(subject, Records, utf8.Length, samples[i], samples[0]))];
        Print(utf8, results, subjects);
        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
        return 0;
    }

    private static List<EventSubject> Subjects(byte[] utf8, IReadOnlyList<StreamRecord> records)
    {
        List<EventSubject> subjects = [new("limit: Utf8JsonReader, every token", () => CountTokens(utf8))];
        var kept = records.First(record => record.NewImage is not null).Keys.GetString("id");
        foreach (var (name, text) in s_patterns)
        {
            var pattern = FilterPattern.Parse(text.Replace("KEPT", kept, StringComparison.Ordinal));
            if (Count(pattern, records) != 1)
                throw new InvalidOperationException($"{text} matches {Count(pattern, records)} records.");
            subjects.Add(new($"filter: {name}", () => Count(pattern, records), Goal));
        }

        var key = FilterPattern.Parse(s_patterns[0].Pattern);
        subjects.Add(new("records found by their structure, then filtered by a key", () =>
        {
            using var page = RecordPage.Parse(utf8);
            return Count(key, page.Records);
        }));
        return subjects;
    }

    private static int Count(FilterPattern pattern, IReadOnlyList<StreamRecord> records)
    {
        var matching = 0;
        foreach (var record in records)
            matching += pattern.Matches(record) ? 1 : 0;
        return matching;
    }

    private static int CountTokens(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }

    private static void Print(byte[] utf8, List<EventResult> results, List<EventSubject> subjects)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Records:N0} records, {utf8.Length / (double)Records:N0} bytes each. Medians of {EventBench.Rounds} rounds in turn; a ratio is that of processor times in one round."));
        Console.WriteLine();
        Console.WriteLine("| | matching | records a CPU second | ratio to the limit | min..max | B/record allocated | goal |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (result, subject) in results.Zip(subjects))
        {
            var goal = result.Goal is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most}: {(result.Ratio <= most ? "met" : "MISSED")}") : "";
            var matching = result == results[0] ? "" : subject.Run().ToString(CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Name} | {matching} | {1e6 / result.CpuMicroseconds:N0} | {result.Ratio:F2} | {result.RatioMinimum:F2}..{result.RatioMaximum:F2} | {result.BytesAllocated:N0} | {goal} |"));
        }

        Console.WriteLine();
    }
}
