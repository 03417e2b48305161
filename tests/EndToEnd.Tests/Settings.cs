namespace StreamWorker.EndToEnd.Tests;

/// <summary>Settings of the stock worker, as environment variables without their prefix.</summary>
internal static class Settings
{
    /// <summary>A consumer of a table with an HTTP handler; the pairs are settings of the consumer.</summary>
    public static Dictionary<string, string> For(OrdersTable table, Recorder recorder, params (string Key, string Value)[] more)
    {
        var consumer = $"Consumers__{table.Name.ToLowerInvariant()}__";
        var settings = new Dictionary<string, string>
        {
            ["Application"] = "end-to-end",
            [$"{consumer}TableName"] = table.Name,
            [$"{consumer}FunctionResponseTypes__0"] = "ReportBatchItemFailures",
            [$"{consumer}Handler__Type"] = "Http",
            [$"{consumer}Handler__Url"] = recorder.Url.ToString(),
        };
        foreach (var (key, value) in more)
            settings[consumer + key] = value;
        return settings;
    }
}
