using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamWorker.Samples.BatchHandler;

/// <summary>The bulk call of a search engine's HTTP interface: one action and, for a document, one line of JSON for each record; one result for each, in the same order.</summary>
internal sealed partial class BulkIndex(HttpClient http)
{
    public async Task<List<Refusal>> WriteAsync(IReadOnlyList<StreamRecord> records, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Actions(records));
        content.Headers.ContentType = new("application/x-ndjson");
        using var response = await http.PostAsync(new Uri("orders/_bulk", UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = await JsonSerializer.DeserializeAsync(body, BulkJson.Default.Answer, cancellationToken);
        if (answer?.Items is not { } results || results.Count != records.Count)
            throw new JsonException($"The index answered with {answer?.Items?.Count ?? 0} results to {records.Count} actions.");
        return [.. results.Select(Judge).OfType<Refusal>()];
    }

    private static byte[] Actions(IReadOnlyList<StreamRecord> records)
    {
        using var lines = new MemoryStream();
        foreach (var record in records)
        {
            using (var action = new Utf8JsonWriter(lines))
            {
                action.WriteStartObject();
                action.WriteStartObject(record.EventName is EventName.Remove ? "delete" : "index");
                action.WriteString("_id", record.Keys.GetString("id"));
                action.WriteEndObject();
                action.WriteEndObject();
            }

            lines.WriteByte((byte)'\n');
            if (record.EventName is EventName.Remove)
                continue;
            using (var document = new Utf8JsonWriter(lines))
                record.NewImage!.WriteTo(document);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    /// <summary>A document that is to be deleted and is not there is as it should be.</summary>
    private static Refusal? Judge(Dictionary<string, Result> result, int position)
    {
        var (action, outcome) = result.Single();
        return outcome.Status < 300 || (action == "delete" && outcome.Status == 404)
            ? null
            : new Refusal(position, $"{action} was refused with status {outcome.Status}");
    }

    /// <summary>A record that the index did not take.</summary>
    /// <param name="Position">Which of the batch.</param>
    /// <param name="Reason">Why.</param>
    internal sealed record Refusal(int Position, string Reason);

    private sealed record Answer(List<Dictionary<string, Result>>? Items);

    private sealed record Result(int Status);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Answer))]
    private sealed partial class BulkJson : JsonSerializerContext;
}
