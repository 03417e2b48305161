namespace StreamWorker.Simulation;

/// <summary>Takes what a worker logs: into the history where one is written, and what a consumer says is lost to that consumer's check.</summary>
internal sealed class SimulatedLogger(Scheduler scheduler, string worker, IReadOnlyList<SimulatedConsumer> consumers) : ILoggerFactory, ILogger
{
    private GapCheck? _gaps;

    public ILogger CreateLogger(string categoryName) => new SimulatedLogger(scheduler, worker, consumers)
    {
        _gaps = consumers.FirstOrDefault(consumer => categoryName.EndsWith($".{consumer.Name}", StringComparison.Ordinal))?.Gaps,
    };

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Critical || scheduler.History.IsWritten;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Critical && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            _gaps?.OnCritical(eventId, values);
        if (scheduler.History.IsWritten)
            scheduler.History.Write(scheduler.Now, worker, $"log {logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}")}");
    }

    public void Dispose()
    {
    }
}
