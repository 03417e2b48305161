using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Management;

/// <summary>The body of a health answer.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Findings">Everything that was looked at.</param>
internal sealed record HealthReport(string Status, IReadOnlyList<HealthFinding> Findings)
{
    public static HealthReport Of(IReadOnlyList<HealthFinding> findings) =>
        new(findings.All(finding => finding.IsHealthy) ? "healthy" : "unhealthy", findings);
}
