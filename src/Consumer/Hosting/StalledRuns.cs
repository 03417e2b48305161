using Microsoft.Extensions.Logging;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Gives up shards whose work has come to a halt. Used by the loop that owns the runs.</summary>
internal sealed partial class StalledRuns(ShardRests rests, ConsumerTools tools)
{
    private readonly ILogger _logger = tools.Logger;

    public void GiveUp(IEnumerable<ShardRun> runs)
    {
        foreach (var run in runs)
        {
            if (!run.IsStalled())
            {
                if (run.RecordsHandled > 0)
                    rests.Moves(run.Shard);
                continue;
            }

            if (!rests.TryGiveUp(run.Shard))
                continue;
            LogGivenUp(tools.Consumer, run.Shard);
            _ = CancelAsync(run);
        }
    }

    private async Task CancelAsync(ShardRun run)
    {
        try
        {
            await run.GiveUpAsync();
        }
        catch (Exception e)
        {
            LogCallbackFailed(e, tools.Consumer, run.Shard);
        }
    }

    [LoggerMessage(4024, LogLevel.Warning, "{Consumer}: {Shard} is given up, once, so that another worker can take it.")]
    private partial void LogGivenUp(string consumer, ShardId shard);

    [LoggerMessage(4025, LogLevel.Error, "{Consumer}: a handler of {Shard} failed while it was told that the shard is given up.")]
    private partial void LogCallbackFailed(Exception error, string consumer, ShardId shard);
}
