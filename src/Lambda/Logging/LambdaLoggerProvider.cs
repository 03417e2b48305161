using Microsoft.Extensions.Logging;

namespace StreamWorker.Lambda.Logging;

/// <summary>Writes log lines to the function's output, from where Lambda takes them: each line in one piece, however many threads log.</summary>
internal sealed class LambdaLoggerProvider(Stream output, bool json, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new LambdaLogger(this, categoryName);

    public void Dispose()
    {
        // The output belongs to the process.
    }

    private void Write(in LogLine line)
    {
        var bytes = json ? line.ToJson() : line.ToText();
        lock (_lock)
        {
            output.Write(bytes);
            output.Flush();
        }
    }

    private sealed class LambdaLogger(LambdaLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // The minimum level is the factory's business.
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            provider.Write(new LogLine(provider.Now, logLevel, category, formatter(state, exception))
            {
                RequestId = InvocationScope.RequestId,
                Exception = exception,
                Properties = state as IReadOnlyList<KeyValuePair<string, object?>>,
            });
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}
