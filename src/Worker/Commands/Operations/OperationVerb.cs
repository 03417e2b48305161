using System.CommandLine;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Diagnostics;

namespace StreamWorker.Worker.Commands.Operations;

/// <summary>What the verbs have in common that operate a consumer: its name, who does it, and the wait for the group.</summary>
/// <param name="name">The verb.</param>
/// <param name="description">What it does.</param>
/// <param name="open">Makes a host, which is not run, of the settings on the command line.</param>
internal sealed class OperationVerb(string name, string description, Func<IHost> open)
{
    private readonly Argument<string> _consumer = new("CONSUMER") { Description = "The consumer's name, as in StreamWorker:Consumers:NAME." };
    private readonly Option<string> _by = new("--by") { Description = "Who does it, for those who look later; by default the user and the machine.", HelpName = "NAME", DefaultValueFactory = static _ => Me() };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Do not wait until the workers have followed." };
    private readonly Option<TimeSpan> _timeout = new("--timeout") { Description = "How long to wait at most: [d.]hh:mm:ss.", HelpName = "TIME", DefaultValueFactory = static _ => TimeSpan.FromMinutes(2) };

    /// <summary>Makes the verb.</summary>
    /// <param name="act">Orders the operation and says so. False when there is nothing to wait for.</param>
    /// <param name="options">The verb's own options.</param>
    public Command New(Func<OperationCall, Task<bool>> act, params ReadOnlySpan<Option> options)
    {
        var command = new Command(name, description) { _consumer };
        foreach (var option in options)
            command.Options.Add(option);
        command.Options.Add(_by);
        command.Options.Add(_noWait);
        command.Options.Add(_timeout);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, act, cancellationToken));
        return command;
    }

    private static string Me() => $"{Environment.UserName}@{Environment.MachineName}";

    private async Task<int> RunAsync(ParseResult parsed, Func<OperationCall, Task<bool>> act, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            using var host = open();
            var call = new OperationCall(
                parsed, host.Services.GetRequiredService<IConsumerOperations>(), parsed.GetValue(_consumer)!, parsed.GetValue(_by)!, parsed.InvocationConfiguration.Output, cancellationToken);
            if (!await act(call) || parsed.GetValue(_noWait))
                return 0;
            var limit = parsed.GetValue(_timeout);
            var status = await call.Operations.WaitAsync(call.Consumer, limit, cancellationToken);
            foreach (var waiting in status.WaitingFor)
                await error.WriteLineAsync($"streamworker {name}: {waiting}");
            if (!status.HasFollowed)
            {
                await error.WriteLineAsync($"streamworker {name}: it is ordered, and after {limit:c} the above is not as ordered yet. It goes on by itself.");
                return 1;
            }

            await call.Output.WriteLineAsync("Every worker has followed.");
            return 0;
        }
        catch (OptionsValidationException e)
        {
            foreach (var fault in e.Failures.Distinct(StringComparer.Ordinal))
                await error.WriteLineAsync($"streamworker {name}: {fault}");
        }
        catch (StreamWorkerException e)
        {
            await error.WriteLineAsync($"streamworker {name}: {e.Message}");
        }

        return 1;
    }
}
