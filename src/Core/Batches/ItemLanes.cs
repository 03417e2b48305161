using System.Threading.Channels;
using StreamWorker.Normalization;

namespace StreamWorker.Batches;

/// <summary>
/// Handles one batch item by item: records of different items side by side, those of one item one after the other. The loop owns all state here; records tell it through a
/// channel how they ended.
/// </summary>
/// <remarks>
/// Of the records that may begin, the first in the stream does. A record that was not handled ends its item's lane. One whose item is not known may be of any item: it begins when
/// everything before it was handled, and nothing behind it begins before it was.
/// </remarks>
internal sealed class ItemLanes(IReadOnlyList<StreamRecord> records, RecordRun run, BatchContext context, BatchOptions options, CancellationToken cancellationToken)
{
    private const int None = -1;

    // A record's end goes on with the loop where it is: the loop waits for nothing else, and never while it begins a record.
    private readonly Channel<(int Record, BatchItemFailure? Failure)> _ended =
        Channel.CreateUnbounded<(int, BatchItemFailure?)>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly bool _stopsKeyOnly = options.FailureMode == FailureMode.StopKey || context.IsolatesItems;
    private readonly BatchItemFailure?[] _failures = new BatchItemFailure?[records.Count];
    private readonly bool[] _handled = new bool[records.Count];
    private readonly int[] _nextOfItem = new int[records.Count];
    private readonly PriorityQueue<int, int> _ready = new();
    private int _running;
    private int _lowestFailure = records.Count;

    /// <summary>Gets how many records were handled.</summary>
    public int Handled { get; private set; }

    /// <summary>Handles what may be handled. At its end nothing runs any more.</summary>
    public async ValueTask RunAsync()
    {
        var items = records.Select(ItemKey.Of).ToList();
        for (int start = 0, end; start < items.Count && _lowestFailure == items.Count; start = end)
        {
            end = items.FindIndex(start, item => item is null);
            end = end == start ? start + 1 : end < 0 ? items.Count : end;
            Line(items, start, end);
            await RunReadyAsync();
        }
    }

    /// <summary>Gives what was not handled, in stream order; when a batch stops at its first failure, nothing that was not begun behind it.</summary>
    public IReadOnlyList<BatchItemFailure> Unfinished()
    {
        var unfinished = new List<BatchItemFailure>();
        for (var i = 0; i < records.Count; i++)
        {
            if (_failures[i] is { } failure)
                unfinished.Add(failure);
            else if (!_handled[i] && (_stopsKeyOnly || unfinished.Count == 0))
                unfinished.Add(NotBegun(records[i]));
        }

        return unfinished;
    }

    private BatchItemFailure NotBegun(StreamRecord record)
    {
        if (!cancellationToken.IsCancellationRequested)
            return BatchItemFailure.Of(record) with { IsSkipped = true };
        var error = new OperationCanceledException("The batch was cancelled before the record was begun.", cancellationToken);
        return BatchItemFailure.Of(record, error) with { CancelledBy = context.CauseOf(error, cancellationToken) };
    }

    /// <summary>Lines the records of each item up behind the first, which is ready.</summary>
    private void Line(List<string?> items, int start, int end)
    {
        var lastOfItem = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = start; i < end; i++)
        {
            _nextOfItem[i] = None;
            if (items[i] is { } item && lastOfItem.TryGetValue(item, out var last))
                _nextOfItem[last] = i;
            else
                _ready.Enqueue(i, i);
            if (items[i] is { } same)
                lastOfItem[same] = i;
        }
    }

    private async ValueTask RunReadyAsync()
    {
        while (true)
        {
            // What has ended is seen before the next one begins: a handler that never waits fails before anything behind it is begun.
            while (_ended.Reader.TryRead(out var ended))
                TakeEnded(ended.Record, ended.Failure);
            if (MayBegin())
                Begin(_ready.Dequeue());
            else if (_running > 0)
                await _ended.Reader.WaitToReadAsync(CancellationToken.None);
            else
                return;
        }
    }

    private bool MayBegin() =>
        _running < options.MaxConcurrency
        && !cancellationToken.IsCancellationRequested
        && _ready.TryPeek(out var first, out _)
        && (_stopsKeyOnly || first < _lowestFailure);

    private void Begin(int record)
    {
        _running++;
        _ = TellAsync(record);
    }

    private async Task TellAsync(int record)
    {
        var failure = await run.RunAsync(records[record], context, cancellationToken);
        _ended.Writer.TryWrite((record, failure));
    }

    private void TakeEnded(int record, BatchItemFailure? failure)
    {
        _running--;
        _failures[record] = failure;
        if (failure is not null)
        {
            _lowestFailure = Math.Min(_lowestFailure, record);
            return;
        }

        _handled[record] = true;
        Handled++;
        if (_nextOfItem[record] is var next and not None)
            _ready.Enqueue(next, next);
    }
}
