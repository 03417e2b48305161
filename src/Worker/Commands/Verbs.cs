using System.CommandLine;
using StreamWorker.Worker.Commands.Operations;
using StreamWorker.Worker.Configuration;
using StreamWorker.Worker.Commands.Redrive;

namespace StreamWorker.Worker.Commands;

/// <summary>What the executable does when its first argument is a verb.</summary>
internal static class Verbs
{
    /// <summary>Tells whether an argument is meant as a verb: the worker itself takes only settings.</summary>
    public static bool IsVerb(string argument) => !argument.StartsWith('-') && !argument.Contains('=', StringComparison.Ordinal);

    /// <summary>Runs a verb. Settings among its arguments are left to the configuration.</summary>
    /// <returns>The exit code: 0 done, 1 failed, 2 misuse of the command line.</returns>
    public static Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        RunAsync(arguments, output, error, OpenHost, cancellationToken);

    /// <summary>Runs a verb with a host of the caller's.</summary>
    internal static async Task<int> RunAsync(string[] all, TextWriter output, TextWriter error, Func<string[], IHost> openHost, CancellationToken cancellationToken)
    {
        string[] settings = [.. all.Where(IsSetting)];
        string[] arguments = [.. all.Where(argument => !IsSetting(argument))];
        var root = NewRoot(() => openHost(settings));
        if (root.Subcommands.All(verb => verb.Name != arguments[0]))
        {
            await error.WriteLineAsync($"streamworker: unknown verb '{arguments[0]}'. See streamworker --help.");
            return CommandLine.Misuse;
        }

        var parsed = root.Parse(arguments);
        foreach (var fault in parsed.Errors)
            await error.WriteLineAsync($"streamworker {arguments[0]}: {fault.Message}");
        return parsed.Errors.Count > 0
            ? CommandLine.Misuse
            : await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellationToken);
    }

    private static bool IsSetting(string argument) => argument.StartsWith($"--{WorkerSettings.SectionName}:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes a host that is configured as the worker is, and says nothing.</summary>
    private static IHost OpenHost(string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(settings);
        builder.AddConfiguredStreamWorker();
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    /// <summary>Makes the verbs, each with its own arguments and help.</summary>
    private static RootCommand NewRoot(Func<IHost> openHost) => new("streamworker: consumes DynamoDB streams.")
    {
        PauseVerb.NewPause(openHost),
        PauseVerb.NewResume(openHost),
        ResetVerb.New(openHost),
        ImportCommand.New(),
        FilterCommand.New(static () => Console.IsInputRedirected ? Console.OpenStandardInput() : null),
        RedriveVerb.New(),
    };
}
