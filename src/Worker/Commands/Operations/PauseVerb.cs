using System.CommandLine;

namespace StreamWorker.Worker.Commands.Operations;

/// <summary>The verbs <c>pause</c> and <c>resume</c>.</summary>
internal static class PauseVerb
{
    public static Command NewPause(Func<IHost> open)
    {
        var keep = new Option<bool>("--keep-leases") { Description = "Workers keep their shards meanwhile; without it they give them back." };
        return new OperationVerb("pause", "Pauses a consumer in all workers: what is in handlers is finished, positions are stored, and nothing more is read.", open).New(
            async call =>
            {
                var done = await call.Operations.PauseAsync(call.Consumer, call.Parsed.GetValue(keep), call.By, call.CancellationToken);
                await call.Output.WriteLineAsync($"Operation {done.Number}: {call.Consumer} is paused, {done.To}.");
                return true;
            },
            keep);
    }

    public static Command NewResume(Func<IHost> open) => new OperationVerb("resume", "Lets a paused consumer go on, exactly where it was.", open).New(async call =>
    {
        var done = await call.Operations.ResumeAsync(call.Consumer, call.By, call.CancellationToken);
        await call.Output.WriteLineAsync($"Operation {done.Number}: {call.Consumer} goes on.");
        return true;
    });
}
