using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace StreamWorker.Worker;

/// <summary>The executable of the container: consumers and handlers by configuration alone.</summary>
internal static class Program
{
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    public static async Task<int> Main(string[] args)
    {
        if (await CommandLine.AnswerAsync(args, Console.Out, Console.Error) is { } code)
            return code;
        try
        {
            await RunAsync(args);
            return Environment.ExitCode;
        }
        catch (OptionsValidationException e)
        {
            await Console.Error.WriteLineAsync(Words(e));
            return 1;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(Words(e));
            return 1;
        }
    }

    private static string Words(OptionsValidationException e)
    {
        var faults = e.Failures.Distinct().ToList();
        var count = faults.Count == 1 ? "a fault" : $"{faults.Count} faults";
        return $"streamworker: the configuration has {count}:{string.Concat(faults.Select(fault => $"\n  {fault}"))}";
    }

    private static string Words(Exception e) =>
        e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"streamworker: {e.Message} ({inner.Message})"
            : $"streamworker: {e.Message}";

    private static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddConfiguredStreamWorker();
        builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });

        // A failed start is told once, by this program. The host would tell it as well, with a stack trace.
        var started = false;
        builder.Logging.AddFilter<ConsoleLoggerProvider>(HostCategory, level => level == LogLevel.Critical || (started && level >= LogLevel.Information));
        await using var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => started = true);
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop while it was starting.
        }
    }
}
