using Microsoft.Extensions.Logging;
using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Wants the records for which a function says so, and those for which it fails: what nobody could decide is not passed over.</summary>
internal sealed partial class PredicateFilter(Func<StreamRecord, bool> predicate, string consumer, ILogger logger) : IRecordFilter
{
    private long _failures;

    public bool Matches(StreamRecord record)
    {
        try
        {
            return predicate(record);
        }
        catch (RecordFormatException)
        {
            // The handler meets the same fault, which is then dealt with like any other.
            return true;
        }
        catch (Exception e)
        {
            // A function that fails for one record often does so for all: the first failure is told, and then ever fewer.
            var failures = Interlocked.Increment(ref _failures);
            if (long.IsPow2(failures))
                LogFailed(consumer, failures, e);
            return true;
        }
    }

    [LoggerMessage(4150, LogLevel.Error, "{Consumer}: the function that filters failed ({Failures} times so far). The record is delivered.")]
    private partial void LogFailed(string consumer, long failures, Exception error);
}
