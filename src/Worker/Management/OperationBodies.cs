namespace StreamWorker.Worker.Management;

/// <summary>The body of a pause.</summary>
internal sealed record PauseBody
{
    public bool KeepLeases { get; init; }

    public string? By { get; init; }
}

/// <summary>The body of a resume.</summary>
internal sealed record ResumeBody
{
    public string? By { get; init; }
}

/// <summary>The body of a reset: exactly one of to, toTime, and shard with toSequence.</summary>
internal sealed record ResetBody
{
    public string? To { get; init; }

    public string? ToTime { get; init; }

    public string? Shard { get; init; }

    public string? ToSequence { get; init; }

    public bool DryRun { get; init; }

    public bool Force { get; init; }

    public string? By { get; init; }
}

/// <summary>Why an operation was refused.</summary>
/// <param name="Error">The reason.</param>
internal sealed record Refusal(string Error);
