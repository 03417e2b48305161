using System.CommandLine;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Worker.Operations;

namespace StreamWorker.Worker.Commands.Operations;

/// <summary>The verb <c>reset</c>.</summary>
internal sealed class ResetVerb
{
    private readonly Option<string?> _to = new("--to") { Description = "TRIM_HORIZON: all that the stream still has. LATEST: what is written from now on.", HelpName = "POSITION" };
    private readonly Option<string?> _toTime = new("--to-time") { Description = "What was written from this time on, for example 2026-01-31T12:00:00Z.", HelpName = "TIME" };
    private readonly Option<string?> _shard = new("--shard") { Description = "The one shard that is moved, with those that follow it.", HelpName = "ID" };
    private readonly Option<string?> _toSequence = new("--to-sequence") { Description = "The record of the shard that is read first.", HelpName = "NUMBER" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would become of each shard." };
    private readonly Option<bool> _force = new("--force") { Description = "Accept a time that is more than 24 hours ago." };

    private ResetVerb()
    {
    }

    public static Command New(Func<IHost> open)
    {
        var verb = new ResetVerb();
        var command = new OperationVerb("reset", "Moves a consumer to another position while it runs.", open)
            .New(verb.RunAsync, verb._to, verb._toTime, verb._shard, verb._toSequence, verb._dryRun, verb._force);
        command.Validators.Add(result =>
        {
            if (PositionWords.Read(result.GetValue(verb._to), result.GetValue(verb._toTime), result.GetValue(verb._shard), result.GetValue(verb._toSequence), "--to", "--to-time", "--shard", "--to-sequence").Fault is { } fault)
                result.AddError(fault);
        });
        return command;
    }

    private async Task<bool> RunAsync(OperationCall call)
    {
        var parsed = call.Parsed;
        var position = PositionWords.Read(parsed.GetValue(_to), parsed.GetValue(_toTime), parsed.GetValue(_shard), parsed.GetValue(_toSequence), "--to", "--to-time", "--shard", "--to-sequence").Position!;
        var isDryRun = parsed.GetValue(_dryRun);
        var request = new ResetRequest(position, call.By) { IsDryRun = isDryRun, IsForced = parsed.GetValue(_force) };
        foreach (var stream in await call.Operations.ResetAsync(call.Consumer, request, call.CancellationToken))
        {
            await call.Output.WriteLineAsync(stream.Operation is { } number
                ? $"Operation {number}: {call.Consumer} is reset to {position} on {stream.Stream}:"
                : $"{call.Consumer} would be reset to {position} on {stream.Stream}:");
            foreach (var move in stream.Shards)
                await call.Output.WriteLineAsync($"  {move.Shard}: {(move.IsFinished ? "finished at " : "")}{move.From ?? "its start"} -> {move.To ?? "not read"}");
        }

        return !isDryRun;
    }
}
