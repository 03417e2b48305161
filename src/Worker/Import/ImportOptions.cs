namespace StreamWorker.Worker.Import;

/// <summary>How mappings are to be imported.</summary>
internal sealed record ImportOptions
{
    /// <summary>Gets the values of the template's parameters; others have their defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether a stream's ARN becomes the name of its table.</summary>
    public bool ByTable { get; init; }

    /// <summary>Gets whether settings are written that say the default.</summary>
    public bool All { get; init; }

    /// <summary>Gets where the handlers are; none leaves a placeholder.</summary>
    public string? Url { get; init; }
}
