namespace StreamWorker.Worker.Import;

/// <summary>What a mapping reads.</summary>
/// <param name="Setting"><c>TableName</c> or <c>StreamArn</c>; none when it is no DynamoDB stream.</param>
/// <param name="Value">The setting's value, or what the source is instead.</param>
internal sealed record StreamSource(string? Setting, string Value)
{
    /// <summary>Gets why the value is a placeholder, if it is one.</summary>
    public string? Missing { get; init; }

    /// <summary>Gets why Lambda would refuse the source, if it would.</summary>
    public string? Fault { get; init; }
}
