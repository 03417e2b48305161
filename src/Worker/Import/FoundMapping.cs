namespace StreamWorker.Worker.Import;

/// <summary>An event source mapping as it was found, whatever its source.</summary>
internal sealed record FoundMapping
{
    /// <summary>Gets what it is called where it was found; several mappings can share it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what tells it from others of the same name.</summary>
    public string Qualifier { get; init; } = "";

    /// <summary>Gets its settings under Lambda's names.</summary>
    public required MapNode Settings { get; init; }

    /// <summary>Gets which of the settings is the stream.</summary>
    public string SourceSetting { get; init; } = "EventSourceArn";

    /// <summary>Gets the function, for people.</summary>
    public required string Function { get; init; }

    /// <summary>Gets the setting with the function's time limit in seconds, if it is known.</summary>
    public TemplateNode? Timeout { get; init; }

    /// <summary>Gets whether the service wrote it, which fills in every default, rather than a person.</summary>
    public bool IsFilledIn { get; init; }

    public Position At => Settings.At;
}
