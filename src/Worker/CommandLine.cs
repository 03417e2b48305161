using System.Reflection;
using StreamWorker.Worker.Commands;

namespace StreamWorker.Worker;

/// <summary>What can be said to the executable apart from settings.</summary>
internal static class CommandLine
{
    public const int Misuse = 2;

    private const string Help = """
        streamworker: consumes DynamoDB streams, at least once and in order for each item.

        Usage:
          streamworker [--KEY=VALUE ...]    runs the worker
          streamworker import SOURCE        turns Lambda's event source mappings into settings (streamworker import --help)
          streamworker filter ...           tries filter patterns on sample records; filter --help says more
          streamworker redrive list | show ID | deliver [ID ...]
                                            what was given up and lies in a failure destination
                                            (streamworker redrive --help)
          streamworker pause CONSUMER [--keep-leases]
          streamworker resume CONSUMER
          streamworker reset CONSUMER --to TRIM_HORIZON | LATEST | --to-time TIME | --shard ID --to-sequence NUMBER  [--dry-run]
          streamworker --help | --version         streamworker VERB --help tells more of a verb

        Settings come from appsettings.json in the current folder, environment variables (StreamWorker__KEY) and the command line
        (--StreamWorker:KEY=VALUE); the later ones win. The least that is needed is one table:

          AWS_REGION=eu-central-1 StreamWorker__Consumers__orders__TableName=Orders streamworker

        That writes every change as one JSON line to standard output. To hand the changes to a web service instead:

          StreamWorker__Consumers__orders__Handler__Type=Http
          StreamWorker__Consumers__orders__Handler__Url=http://localhost:9000/events

        Logs go to standard error. Health and status are on port 8081 (ASPNETCORE_HTTP_PORTS or --urls for another):
        /healthz/live, /healthz/ready, /healthz/startup, /api/status, and a page at /.

        Exit codes: 0 stopped as told or done, 1 configuration, start or verb failed, 2 misuse of this command line.
        """;

    /// <summary>Answers a command line that does not ask for the worker.</summary>
    /// <returns>The exit code, or null when the worker is to run.</returns>
    public static async Task<int?> AnswerAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        if (arguments.FirstOrDefault() is { } first && Verbs.IsVerb(first))
            return await Verbs.RunAsync(arguments, output, error);
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?"))
        {
            await output.WriteLineAsync(Help);
            return 0;
        }

        if (arguments.Contains("--version"))
        {
            var version = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            await output.WriteLineAsync($"streamworker {version?.Split('+')[0]}");
            return 0;
        }

        return null;
    }
}
