namespace StreamWorker.Worker.Configuration;

/// <summary>Which handler a consumer has by configuration, and how it works.</summary>
internal sealed class HandlerSettings
{
    public static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(15);

    private const string ReportBatchItemFailures = "ReportBatchItemFailures";

    private static readonly Dictionary<string, HandlerType> Types = new() { ["Console"] = HandlerType.Console, ["Http"] = HandlerType.Http };
    private static readonly Dictionary<string, ConsoleFormat> Formats = new() { ["Json"] = ConsoleFormat.Json, ["Text"] = ConsoleFormat.Text };

    public HandlerType Type { get; private set; }

    public ConsoleFormat Format { get; private set; }

    public Uri? Url { get; private set; }

    public TimeSpan Timeout { get; private set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets whether an answer can name the records that failed. As in Lambda, it cannot unless <c>FunctionResponseTypes</c> says so.</summary>
    public bool ReportsItemFailures { get; private set; }

    /// <summary>Reads what a consumer's section says about its handler.</summary>
    public static HandlerSettings Read(SettingsSection consumer)
    {
        var settings = new HandlerSettings();
        settings.ReadResponseTypes(consumer);
        var handler = consumer.Section("Handler", "Type");
        handler.Choice("Type", Types, value => settings.Type = value);
        settings.ReadConsole(handler);
        settings.ReadHttp(handler);
        handler.RejectOthers();
        return settings;
    }

    /// <summary>Checks the section of a consumer whose handler is code.</summary>
    public static void Reject(SettingsSection consumer)
    {
        // A mapping's settings can be copied as they are: a handler in code always says which records failed.
        new HandlerSettings().ReadResponseTypes(consumer);
        consumer.Only("Handler", static _ => false, "does not apply: this consumer's handler is code");
    }

    /// <summary>Tells whether a text is a URL that batches can be posted to.</summary>
    public static bool IsUrl(string? text) => TryReadUrl(text, out _);

    private void ReadResponseTypes(SettingsSection consumer) => consumer.List("FunctionResponseTypes", types =>
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i] == ReportBatchItemFailures)
                ReportsItemFailures = true;
            else if (types[i].Length > 0)
                consumer.Fault($"FunctionResponseTypes:{i}", types[i], $"must be {ReportBatchItemFailures}");
        }
    });

    private void ReadConsole(SettingsSection handler)
    {
        if (Type == HandlerType.Console)
            handler.Choice("Format", Formats, value => Format = value);
        else
            handler.Only("Format", static _ => false, "applies to Handler:Type Console only");
    }

    private void ReadHttp(SettingsSection handler)
    {
        const string httpOnly = "applies to Handler:Type Http only";
        if (Type != HandlerType.Http)
        {
            handler.Only("Url", static _ => false, httpOnly);
            handler.Only("Timeout", static _ => false, httpOnly);
            return;
        }

        string? url = null;
        handler.Text("Url", value => url = value);
        if (TryReadUrl(url, out var parsed))
            Url = parsed;
        else
            handler.Fault("Url", url, "must be an absolute http or https URL without user name and fragment, for example http://localhost:9000/events");

        handler.Duration("Timeout", value => Timeout = value);
        if (Timeout < ShortestTimeout || Timeout > LongestTimeout)
            handler.Fault("Timeout", Timeout.ToString("c"), $"must be between {ShortestTimeout:c} and {LongestTimeout:c}");
    }

    private static bool TryReadUrl(string? text, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url is { Host.Length: > 0, UserInfo.Length: 0, Fragment.Length: 0 };
}
