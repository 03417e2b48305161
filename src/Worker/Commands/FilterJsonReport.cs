using System.Text;
using System.Text.Json;
using StreamWorker.Consumer.Delivery.Filters;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Commands;

/// <summary>Writes for programs: one JSON object.</summary>
internal sealed class FilterJsonReport(TextWriter output)
{
    public async Task WriteAsync(IReadOnlyList<FilterPattern> patterns, IReadOnlyList<SampleRecord> samples)
    {
        using var json = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(json, RecordLine.WriterOptions))
        {
            writer.WriteStartObject();
            WritePatterns(writer, patterns);
            var matched = WriteRecords(writer, patterns, samples);
            writer.WriteNumber("matched", matched);
            writer.WriteNumber("notMatched", samples.Count - matched);
            writer.WriteEndObject();
        }

        await output.WriteLineAsync(Encoding.UTF8.GetString(json.ToArray()));
    }

    private static void WritePatterns(Utf8JsonWriter writer, IReadOnlyList<FilterPattern> patterns)
    {
        writer.WriteStartArray("patterns");
        foreach (var pattern in patterns)
        {
            writer.WriteStartObject();
            writer.WriteString("pattern", pattern.Text);
            writer.WriteStartArray("findings");
            foreach (var finding in pattern.Findings)
            {
                writer.WriteStartObject();
                writer.WriteString("rule", finding.Rule);
                writer.WriteString("place", finding.Place);
                writer.WriteString("message", finding.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static int WriteRecords(Utf8JsonWriter writer, IReadOnlyList<FilterPattern> patterns, IReadOnlyList<SampleRecord> samples)
    {
        var matched = 0;
        writer.WriteStartArray("records");
        foreach (var sample in samples)
        {
            var reasons = sample.ReasonsAgainst(patterns);
            matched += reasons.Count == 0 ? 1 : 0;
            writer.WriteStartObject();
            writer.WriteString("source", sample.Source);
            writer.WriteNumber("index", sample.Index);
            writer.WriteString("sequenceNumber", sample.SequenceNumber);
            writer.WriteBoolean("matches", reasons.Count == 0);
            writer.WriteStartArray("reasons");
            foreach (var reason in reasons)
                writer.WriteStringValue(reason);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        return matched;
    }
}
