using System.Globalization;
using StreamWorker.Consumer.Delivery.Filters;

namespace StreamWorker.Worker.Commands;

/// <summary>Writes for people: findings, a line for each record, counts.</summary>
internal sealed class FilterTextReport(TextWriter output)
{
    public async Task WriteAsync(IReadOnlyList<FilterPattern> patterns, IReadOnlyList<SampleRecord> samples)
    {
        foreach (var (index, pattern) in patterns.Index())
        {
            foreach (var finding in pattern.Findings)
                await output.WriteLineAsync($"warning: {NameOf(index, patterns)}{finding}");
        }

        var matched = 0;
        foreach (var sample in samples)
        {
            var reasons = sample.ReasonsAgainst(patterns);
            matched += reasons.Count == 0 ? 1 : 0;
            var record = string.Create(CultureInfo.InvariantCulture, $"{sample.Source}[{sample.Index}]{(sample.SequenceNumber is { } number ? $" {number}" : "")}");
            await output.WriteLineAsync(reasons.Count == 0
                ? $"match: {record}"
                : $"no match: {record}: {string.Join("; ", reasons.Select((reason, index) => $"{NameOf(index, patterns)}{reason}"))}");
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"records: {samples.Count}, match: {matched}, no match: {samples.Count - matched}"));
    }

    private static string NameOf(int index, IReadOnlyList<FilterPattern> patterns) => patterns.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"pattern {index + 1}: ");
}
