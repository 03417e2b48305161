using System.CommandLine;
using StreamWorker.Worker.Commands.Redrive;

namespace StreamWorker.Worker.Commands;

/// <summary>What the executable does when its first argument is a verb.</summary>
internal static class Verbs
{
    /// <summary>Tells whether an argument is meant as a verb: the worker itself takes only settings.</summary>
    public static bool IsVerb(string argument) => !argument.StartsWith('-') && !argument.Contains('=', StringComparison.Ordinal);

    /// <summary>Runs a verb.</summary>
    /// <returns>The exit code: 0 done, 1 failed, 2 misuse of the command line.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var root = NewRoot();
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

    /// <summary>Makes the verbs, each with its own arguments and help.</summary>
    private static RootCommand NewRoot() => new("streamworker: consumes DynamoDB streams.")
    {
        ImportCommand.New(),
        FilterCommand.New(static () => Console.IsInputRedirected ? Console.OpenStandardInput() : null),
        RedriveVerb.New(),
    };
}
