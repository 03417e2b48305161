using System.CommandLine;

namespace StreamWorker.Worker.Commands.Redrive;

/// <summary><c>streamworker redrive list</c>.</summary>
internal static class RedriveList
{
    public static Command New()
    {
        var command = new Command("list", "Lists the batches, in the order in which they would be delivered. The first line of each is its ID.");
        RedriveRequest.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RedriveVerb.RunAsync(parsed, RedriveRequest.Of(parsed), (session, token) => RunAsync(session, parsed.InvocationConfiguration.Output, token), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(RedriveSession session, TextWriter output, CancellationToken cancellationToken)
    {
        var (batches, others) = await session.ListAsync(cancellationToken);
        foreach (var batch in batches)
        {
            await output.WriteLineAsync(RedriveText.Line(batch));
            await session.Redrive.ReleaseAsync(batch);
        }

        await output.WriteLineAsync($"{RedriveText.Count(batches.Count, "batch", "batches")} in {session.Destination}{(others == 0 ? "" : $", and {others} of other consumers")}");
        return 0;
    }
}
