using System.CommandLine;
using System.Text;
using System.Text.Json;
using StreamWorker.Diagnostics;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Commands.Redrive;

/// <summary><c>streamworker redrive show</c>.</summary>
internal static class RedriveShow
{
    private static readonly Argument<string> Id = new("ID") { Description = "The batch, as list names it." };

    public static Command New()
    {
        var command = new Command("show", "Shows the records of a batch, one JSON object a line. Where the destination has none, they are read from the stream.") { Id };
        RedriveRequest.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RedriveVerb.RunAsync(
            parsed, RedriveRequest.Of(parsed), (session, token) => RunAsync(session, parsed.GetRequiredValue(Id), parsed.InvocationConfiguration, token), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(RedriveSession session, string id, InvocationConfiguration writers, CancellationToken cancellationToken)
    {
        var (batches, _) = await session.ListAsync(cancellationToken);
        try
        {
            var batch = RedriveVerb.Choose(batches, [id])[0];
            await writers.Error.WriteLineAsync(RedriveText.Line(batch));
            var options = session.Options(allowStale: true, isDryRun: true);
            var context = new BatchContext { Consumer = options.Consumer, ShardId = batch.Notice?.ShardId };
            foreach (var record in await session.Redrive.ReadAsync(batch, options, cancellationToken))
                await writers.Output.WriteLineAsync(Line(record, context));
            return 0;
        }
        finally
        {
            foreach (var batch in batches)
                await session.Redrive.ReleaseAsync(batch);
        }
    }

    private static string Line(StreamRecord record, BatchContext context)
    {
        using var line = new PooledBuffer();
        try
        {
            using var json = new Utf8JsonWriter(line, RecordLine.WriterOptions);
            RecordLine.Write(json, record, context);
            json.Flush();
            return Encoding.UTF8.GetString(line.Written.Span);
        }
        catch (RecordFormatException)
        {
            // A record that cannot be read is shown as it was received: that may be why it is here.
            return Encoding.UTF8.GetString(record.Utf8Json.Span);
        }
    }
}
