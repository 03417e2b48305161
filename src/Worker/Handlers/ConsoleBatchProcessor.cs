using System.Text.Json;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;
using StreamWorker.Worker.Configuration;

namespace StreamWorker.Worker.Handlers;

/// <summary>Writes a line for each record to standard output. A batch is handled when its lines are written and flushed.</summary>
internal sealed class ConsoleBatchProcessor(ConsoleFormat format, RecordOutput output) : IBatchProcessor
{
    public async ValueTask<BatchResult> ProcessAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
    {
        using var lines = new PooledBuffer();
        using var json = new Utf8JsonWriter(lines, RecordLine.WriterOptions);
        // Lines keep no state: that of a window goes on as it is.
        var result = BatchResult.Succeeded.WithState(context.Window?.State);
        foreach (var record in records)
        {
            var start = lines.Length;
            try
            {
                if (format == ConsoleFormat.Json)
                    RecordLine.Write(json, record, context);
                else
                    ChangeLine.Write(lines, record);
                lines.GetSpan(1)[0] = (byte)'\n';
                lines.Advance(1);
            }
            catch (Exception e)
            {
                // A record that cannot be read fails alone; the lines before it count.
                lines.Truncate(start);
                result = Stopped(record, e).WithState(context.Window?.State);
                break;
            }
        }

        try
        {
            if (lines.Length > 0)
                await output.WriteAsync(lines.Written, cancellationToken);
            return result;
        }
        catch (Exception e)
        {
            return BatchResult.Failed(new RecordHandlerException($"The records could not be written to standard output: {e.Message}", e));
        }
    }

    private static BatchResult Stopped(StreamRecord record, Exception error)
    {
        try
        {
            return BatchResult.PartlyFailed([BatchItemFailure.Of(record, error)]);
        }
        catch (RecordFormatException)
        {
            return BatchResult.PartlyFailed([new BatchItemFailure(null, error)]);
        }
    }
}
