namespace StreamWorker.Simulation;

/// <summary>Takes what a worker logs: into the history where one is written, and to whoever listens for an event.</summary>
internal sealed class SimulatedLogger(Scheduler scheduler, string worker, Action<EventId, IReadOnlyList<KeyValuePair<string, object?>>> onCritical) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Critical || scheduler.History.IsWritten;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Critical && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            onCritical(eventId, values);
        if (scheduler.History.IsWritten)
            scheduler.History.Write(scheduler.Now, worker, $"log {logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}")}");
    }

    public void Dispose()
    {
    }
}
