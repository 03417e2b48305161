namespace StreamWorker.Bench.FanOut;

/// <summary>What several consumers of one stream took: to drain a backlog, and then while nothing came.</summary>
/// <param name="Calls">GetRecords calls for the backlog.</param>
/// <param name="Megabytes">What they brought.</param>
/// <param name="DeliveriesPerSecond">Records that were handled, all consumers together.</param>
/// <param name="CpuMicroseconds">Processor time for a record that was handled.</param>
/// <param name="IdleCallsPerSecond">GetRecords calls a second while nothing came.</param>
internal sealed record FanOutResult(double Calls, double Megabytes, double DeliveriesPerSecond, double CpuMicroseconds, double IdleCallsPerSecond);
