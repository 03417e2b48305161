using System.Text.Json.Serialization;

namespace StreamWorker.Bench.Event;

/// <summary>The medians of one way.</summary>
internal sealed record EventResult(
    string Name, int Records, double CpuMicroseconds, double MegabytesPerSecond, double Ratio, double RatioMinimum, double RatioMaximum, double? BytesAllocated, double? Goal,
    [property: JsonIgnore] IReadOnlyList<Sample> Samples)
{
    public static EventResult Of(EventSubject subject, int records, int bytes, List<Sample> samples, List<Sample> limit)
    {
        var ratios = samples.Zip(limit, (sample, other) => sample.CpuMicroseconds / other.CpuMicroseconds).ToList();
        var cpu = Median(samples.Select(sample => sample.CpuMicroseconds));
        return new EventResult(subject.Name, records, cpu, bytes / (double)records / cpu, Median(ratios), ratios.Min(), ratios.Max(), subject.CountsAllocations ? Median(samples.Select(sample => sample.BytesAllocated)) : null, subject.Goal, samples);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
