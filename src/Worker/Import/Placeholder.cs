namespace StreamWorker.Worker.Import;

/// <summary>Stands where a value is missing. The worker refuses it in every setting, so that it cannot be overlooked.</summary>
internal static class Placeholder
{
    public const string Mark = "REPLACE-ME";

    /// <summary>Makes a placeholder that says what belongs there, on one line.</summary>
    public static string For(string what) => $"{Mark}: {string.Join(' ', what.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";
}
