using System.Globalization;

namespace StreamWorker.Worker.Configuration;

/// <summary>
/// The settings of Lambda's event source mapping that this version does not have: a copied mapping may name them with Lambda's default, and anything else is a
/// fault rather than a setting without effect.
/// </summary>
internal static class MappingSettings
{
    private const string NotYet = "is a setting of Lambda's mapping that this version does not have yet";

    public static void Read(SettingsSection consumer)
    {
        Number(consumer, "MaximumBatchingWindowInSeconds", 0);
        Number(consumer, "ParallelizationFactor", 1);
        Number(consumer, "MaximumRetryAttempts", -1);
        Number(consumer, "MaximumRecordAgeInSeconds", -1);
        Number(consumer, "TumblingWindowInSeconds", 0);
        consumer.Only("BisectBatchOnFunctionError", text => bool.TryParse(text, out var value) && !value, $"{NotYet}: only false is accepted");
        consumer.Only("FailurePolicy", text => string.Equals(text, "Lambda", StringComparison.OrdinalIgnoreCase), $"{NotYet}: only Lambda is accepted");
        consumer.Only("FilterCriteria", static _ => false, NotYet);
    }

    private static void Number(SettingsSection consumer, string key, int standard) => consumer.Only(
        key,
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value == standard,
        string.Create(CultureInfo.InvariantCulture, $"{NotYet}: only {standard} is accepted"));
}
