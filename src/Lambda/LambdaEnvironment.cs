using System.Globalization;
using Microsoft.Extensions.Logging;

namespace StreamWorker.Lambda;

/// <summary>What Lambda says in environment variables.</summary>
internal sealed record LambdaEnvironment
{
    public const string RuntimeApiVariable = "AWS_LAMBDA_RUNTIME_API";
    public const string TraceIdVariable = "_X_AMZN_TRACE_ID";
    private const string ConcurrencyVariable = "AWS_LAMBDA_MAX_CONCURRENCY";

    public string? FunctionName { get; private init; }

    /// <summary>How many invocations one process takes at a time; null where there is only ever one.</summary>
    public int? MaxConcurrency { get; private init; }

    public bool JsonLogs { get; private init; }

    public LogLevel MinimumLevel { get; private init; }

    /// <summary>Gives host and port of the Runtime API.</summary>
    public static string RuntimeApi(Func<string, string?> variable) => variable(RuntimeApiVariable) is { Length: > 0 } api
        ? api
        : throw new InvalidOperationException(
            $"{RuntimeApiVariable} is not set: this program is a Lambda function and its invocations come from there. "
            + "To try it on your machine, start it under AWS's Lambda runtime interface emulator ('aws-lambda-rie ./bootstrap') and post an event to http://localhost:8080/2015-03-31/functions/function/invocations; "
            + "to run the same handler without Lambda, use the Worker.");

    public static LambdaEnvironment Read(Func<string, string?> variable) => new()
    {
        FunctionName = variable("AWS_LAMBDA_FUNCTION_NAME") is { Length: > 0 } name ? name : null,
        MaxConcurrency = Concurrency(variable(ConcurrencyVariable)),
        JsonLogs = "JSON".Equals(variable("AWS_LAMBDA_LOG_FORMAT"), StringComparison.OrdinalIgnoreCase),
        MinimumLevel = Level(variable("AWS_LAMBDA_LOG_LEVEL")),
    };

    private static int? Concurrency(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new InvalidOperationException($"{ConcurrencyVariable} is '{value}': a whole number of at least 1 is expected.");
    }

    // A level that is not known must not keep a function from working.
    private static LogLevel Level(string? value) => value?.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
