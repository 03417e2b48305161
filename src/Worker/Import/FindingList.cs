namespace StreamWorker.Worker.Import;

/// <summary>Gathers what an import has to say.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _findings = [];

    /// <summary>Gets them in the order of the places that they are about; what is about the whole comes last.</summary>
    public IReadOnlyList<Finding> InOrder => [.. _findings.OrderBy(finding => finding.At is null).ThenBy(finding => finding.At?.Line).ThenBy(finding => finding.At?.Column)];

    public void Note(Position? at, string subject, string words) => _findings.Add(new Finding(Severity.Note, at, subject, words));

    public void NoCounterpart(Position? at, string subject, string words) => _findings.Add(new Finding(Severity.NoCounterpart, at, subject, words));

    public void Fault(Position? at, string subject, string words) => _findings.Add(new Finding(Severity.Fault, at, subject, words));
}
