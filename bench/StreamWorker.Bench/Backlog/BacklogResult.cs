namespace StreamWorker.Bench.Backlog;

/// <summary>The medians of the runs against one server.</summary>
internal sealed record BacklogResult(
    string Against,
    int Records,
    double BareRecordsPerSecond,
    double WorkerRecordsPerSecond,
    double Ratio,
    double RatioMinimum,
    double RatioMaximum,
    double BareCpuMicroseconds,
    double WorkerCpuMicroseconds,
    double BareBytes,
    double WorkerBytes,
    double WorkerFirstRecordMilliseconds)
{
    public static BacklogResult Of(string against, int records, List<Drain> bare, List<Drain> worker)
    {
        var ratios = worker.Zip(bare, (w, b) => w.RecordsPerSecond / b.RecordsPerSecond).ToList();
        return new BacklogResult(
            against,
            records,
            Median(bare.Select(drain => drain.RecordsPerSecond)),
            Median(worker.Select(drain => drain.RecordsPerSecond)),
            Median(ratios),
            ratios.Min(),
            ratios.Max(),
            Median(bare.Select(drain => drain.CpuMicrosecondsPerRecord)),
            Median(worker.Select(drain => drain.CpuMicrosecondsPerRecord)),
            Median(bare.Select(drain => drain.BytesPerRecord)),
            Median(worker.Select(drain => drain.BytesPerRecord)),
            Median(worker.Select(drain => drain.FirstRecordMilliseconds)));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
