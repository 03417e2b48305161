using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamWorker.Diagnostics;

namespace StreamWorker.Batches;

/// <summary>Takes a batch of a window to its handler: reads the state before it and writes the one behind it.</summary>
internal sealed class WindowRun<TState>(string consumer, JsonTypeInfo<TState> type, BatchOptions options)
{
    /// <summary>Finds out at start what every window would fail with.</summary>
    public void ThrowIfNoWindowCanBegin()
    {
        try
        {
            Write(Read("{}"u8));
        }
        catch (Exception e) when (e is RecordHandlerException or NotSupportedException or InvalidOperationException)
        {
            throw new InvalidOperationException($"Consumer '{consumer}': {typeof(TState).Name} cannot be the state of a window, which begins as an empty JSON object: {e.Message}", e);
        }
    }

    /// <summary>Runs a batch. Nothing makes this method throw.</summary>
    public async ValueTask<BatchResult> RunAsync(
        Func<Func<IReadOnlyList<StreamRecord>, WindowContext<TState>, CancellationToken, ValueTask<TState>>> handler,
        IReadOnlyList<StreamRecord> records,
        BatchContext context,
        CancellationToken cancellationToken)
    {
        try
        {
            if (context.Window is not { } window)
                throw new RecordHandlerException($"Consumer '{consumer}' handles tumbling windows, and the batch belongs to none: TumblingWindowInSeconds is not set.");
            var call = new WindowContext<TState>(context, window, Read(window.State.Span));
            var state = Write(await handler()(records, call, cancellationToken));
            var failures = call.Failures;
            var allFailed = options.ThrowWhenAllFailed && failures.Count > 0 && failures.Select(failure => failure.ItemIdentifier).Distinct().Count() == records.Count;
            return allFailed ? BatchResult.AllFailed(failures, records.Count) : BatchResult.PartlyFailed(failures).WithState(state);
        }
        catch (Exception e)
        {
            return BatchResult.Failed(e, context.CauseOf(e, cancellationToken));
        }
    }

    private TState Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new RecordHandlerException("The window's state is null.");
        }
        catch (JsonException e)
        {
            throw new RecordHandlerException($"The window's state cannot be read as {typeof(TState).Name}: {e.Message}", e);
        }
    }

    private byte[] Write(TState state)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(state, type);
        return json is [(byte)'{', ..] ? json : throw new RecordHandlerException($"The handler gave {(state is null ? "null" : "no JSON object")} for the window's state.");
    }
}
