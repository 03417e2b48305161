using System.Text.Json.Nodes;

namespace StreamWorker.Worker.Import;

/// <summary>Says what the worker does differently with the same settings, as far as the imported consumers are concerned.</summary>
internal static class Differences
{
    public static void Note(JsonObject consumers, FindingList findings)
    {
        if (consumers.Count == 0)
            return;
        Say("FailurePolicy", "by default a failed record holds up its whole shard, as in Lambda; Isolate holds up only its item");
        Say("ParallelizationFactor", "it can go up to 1000 here; Lambda ends at 10");
        Say("RetryDelay", "the pause before a retry is a setting here: half a second, doubled up to MaximumRetryDelay, a minute; Lambda's is not documented");
        if (Any("StartingPosition", value => (string?)value == "LATEST"))
            Say("StartingPosition", "LATEST is settled once, when the consumer first starts, and stored: no later start or change skips records, as creating or changing a mapping in Lambda can");
        if (Any("DestinationConfig", static _ => true))
            Say("OnDestinationFailure", "records that are given up wait until their failure destination takes them; Discard drops them after the failed delivery, as Lambda does");

        void Say(string setting, string words) => findings.Note(null, setting, words);

        bool Any(string setting, Func<JsonNode, bool> holds) => consumers.Any(consumer => consumer.Value![setting] is { } value && holds(value));
    }
}
