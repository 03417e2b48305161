using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Makes a gap known: in the status, as a metric, as a row of the lease table. Whoever found it has logged it.</summary>
internal sealed partial class GapReporter(LeaseScope scope, ConsumerTools tools) : IGapSink
{
    private const int MostTries = 3;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    private static readonly Counter<long> s_gaps = Telemetry.Meter.CreateCounter<long>("streamworker.shard.gaps", "{gap}", "Gaps: records of a shard that were lost before they could be read.");

    private readonly ILogger _logger = tools.Logger;

    public async ValueTask<bool> ReportAsync(ShardId shard, SequenceNumber? after, SequenceNumber? before, CancellationToken cancellationToken)
    {
        if (s_gaps.Enabled)
            s_gaps.Add(1, new(Telemetry.ConsumerGroup, tools.Consumer), new KeyValuePair<string, object?>(Telemetry.Destination, scope.Stream.TableName));
        Tell(new ShardGap(tools.Consumer, scope.Stream.Value, shard.Value, after?.ToString(), before?.ToString()));
        await StoreAsync(new LeaseGap(shard, after, before), cancellationToken);
        return tools.Options.OnGap == GapPolicy.Continue;
    }

    /// <summary>Tells those who listen. What they throw must not keep the rest from knowing.</summary>
    private void Tell(ShardGap gap)
    {
        try
        {
            tools.Gaps.Add(gap);
        }
        catch (Exception e)
        {
            LogListenerFailed(e, tools.Consumer);
        }
    }

    private async ValueTask StoreAsync(LeaseGap gap, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await tools.Leases.RecordGapAsync(scope, gap, cancellationToken);
                return;
            }
            catch (LeaseStoreException e)
            {
                if (failures == MostTries)
                {
                    LogNotStored(tools.Consumer, gap.Shard, e.Message);
                    return;
                }

                await Task.Delay(Backoff.Next(failures, FirstRetry, LongestRetry, tools.Entropy.Next()), tools.Time, cancellationToken);
            }
        }
    }

    [LoggerMessage(4030, LogLevel.Warning, "{Consumer}: the gap in {Shard} could not be noted in the lease table: {Reason}")]
    private partial void LogNotStored(string consumer, ShardId shard, string reason);

    [LoggerMessage(4031, LogLevel.Error, "{Consumer}: who was told of a gap failed.")]
    private partial void LogListenerFailed(Exception error, string consumer);
}
