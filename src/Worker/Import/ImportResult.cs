using System.Text.Json.Nodes;

namespace StreamWorker.Worker.Import;

/// <summary>The outcome of an import.</summary>
/// <param name="Consumers">A section for each consumer, by its name.</param>
/// <param name="Findings">What there is to say about it.</param>
internal sealed record ImportResult(JsonObject Consumers, IReadOnlyList<Finding> Findings)
{
    /// <summary>Gets whether Lambda would refuse something of what was read.</summary>
    public bool IsFaulty => Findings.Any(finding => finding.Severity == Severity.Fault);

    /// <summary>Gets whether everything that was read is in the result.</summary>
    public bool IsComplete => Findings.All(finding => finding.Severity == Severity.Note);
}
