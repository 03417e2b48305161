using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Batches;

namespace StreamWorker.Middleware;

/// <summary>Says in every log entry which record it is about.</summary>
public static class LoggingScopeExtensions
{
    /// <summary>Opens a logging scope around each record.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <returns>The consumer.</returns>
    /// <remarks>
    /// The scope holds <c>Consumer</c>, <c>ShardId</c> (not in Lambda), <c>SequenceNumber</c>, <c>EventId</c> and <c>Attempt</c>; what a malformed record does not say is left
    /// out. It never holds values of the item, its keys neither. Log providers show scopes only when told to, for example with <c>IncludeScopes</c>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The consumer handles batches: layers around records would not run.</exception>
    public static ConsumerBuilder UseLoggingScope(this ConsumerBuilder consumer)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return consumer.Use(provider => new RecordLogScope(provider.GetService<ILogger<RecordLogScope>>() ?? NullLogger<RecordLogScope>.Instance));
    }
}
