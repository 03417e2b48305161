using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Consumer.Delivery.Windows;

namespace StreamWorker.Consumer.Delivery;

/// <summary>
/// Delivers the records of one shard, batch by batch in each of its lanes, and stores how far it came: up to the last record before which none is unfinished. No error moves the
/// checkpoint. One loop owns all state here; calls of the handler and of the failure destination tell it through a channel how they ended.
/// </summary>
internal sealed class ShardDelivery
{
    private const string Settling = "the checkpoint cannot be stored; nothing more is handled before it is";

    private static readonly TimeSpan s_windowLook = TimeSpan.FromSeconds(1);

    private readonly DeliveryOptions _options;
    private readonly DeliveryTools _tools;
    private readonly ICheckpointSink _sink;
    private readonly DeliveryProgress _progress;
    private readonly BatchContext _delivery;
    private readonly LaneCalls _calls;
    private readonly LaneSet _lanes;
    private readonly CheckpointTracker _tracker;
    private readonly CheckpointWriter _checkpoint;
    private readonly DeliveryReport _report;
    private readonly DeliveryMetrics _metrics;
    private readonly RecordBuffer _buffer = new();
    private readonly WindowKeeper? _windows;
    private readonly CheckpointMemo _memo;
    private readonly Channel<CallEnd> _ended = Channel.CreateUnbounded<CallEnd>(new UnboundedChannelOptions { SingleReader = true });
    private PendingRecord? _oldest;
    private int _running;
    private bool _mustStore;

    /// <summary>Makes the delivery of a shard.</summary>
    /// <param name="processor">Where the batches go.</param>
    /// <param name="delivery">What is the same for every batch. Its tokens also cancel the batches that are in the handler.</param>
    /// <param name="options">How batches are made and tried again.</param>
    /// <param name="sink">Who grants the shard and stores its checkpoint.</param>
    /// <param name="progress">What others may see.</param>
    /// <param name="tools">Time and randomness, filter and failure destination.</param>
    /// <param name="kept">The memo that was stored with the checkpoint behind which the pages begin.</param>
    /// <param name="logger">Where failures are told.</param>
    public ShardDelivery(
        IBatchProcessor processor,
        BatchContext delivery,
        DeliveryOptions options,
        ICheckpointSink sink,
        DeliveryProgress progress,
        DeliveryTools tools,
        ReadOnlyMemory<byte> kept,
        ILogger logger)
    {
        _windows = options.TumblingWindow > TimeSpan.Zero ? new WindowKeeper(options.TumblingWindow, WindowMemo.Read(kept)) : null;
        _memo = new CheckpointMemo(_buffer, _windows, kept);
        (_options, _tools, _sink, _progress, _delivery) = (options, tools, sink, progress, delivery);
        _calls = new LaneCalls(processor, delivery, tools);
        _lanes = new LaneSet(options, _buffer.Detach, tools.Time);
        _tracker = new CheckpointTracker(options.CheckpointInterval, tools.Time);
        _checkpoint = new CheckpointWriter(sink, _tracker, _memo, delivery, logger);
        _report = new DeliveryReport(delivery, options.Isolates, logger);
        _metrics = new DeliveryMetrics(delivery);
    }

    /// <summary>Gets the position of the last record that is finished together with all before it; null when none was finished here.</summary>
    public SequenceNumber? Position => _tracker.Position;

    /// <summary>Gets what is to be kept together with the position. Read when the delivery has ended.</summary>
    public ReadOnlyMemory<byte> Memo { get; private set; }

    /// <summary>Runs until the shard ends or the delivery is stopped. On a stop the batches that are in the handler are finished first, and the checkpoint stored.</summary>
    /// <param name="pages">The shard's pages. Completed at the end of the shard; completed with an error when it cannot be read any more.</param>
    /// <param name="stop">Asks for an orderly end: no further batch is begun.</param>
    public async Task<DeliveryEnd> RunAsync(ChannelReader<RecordPage> pages, CancellationToken stop)
    {
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(_delivery.LeaseLost, _delivery.HostStopping);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, aborted.Token);
        using var signals = new DeliverySignals(pages, _ended.Reader, _tools.Time, linked.Token);
        try
        {
            return await DeliverAndStoreAsync(pages, signals, linked.Token, aborted.Token);
        }
        finally
        {
            Memo = _memo.Current ?? ReadOnlyMemory<byte>.Empty;
            _buffer.Clear();
        }
    }

    private async Task<DeliveryEnd> DeliverAndStoreAsync(ChannelReader<RecordPage> pages, DeliverySignals signals, CancellationToken stop, CancellationToken abort)
    {
        DeliveryEnd end;
        try
        {
            end = await DeliverAllAsync(pages, signals, stop, abort);
        }
        catch
        {
            // What was finished before the shard could not be read any more stays finished.
            await _checkpoint.StoreAsync(CancellationToken.None);
            throw;
        }

        if (end == DeliveryEnd.Refused || !_sink.MayProceed)
            return DeliveryEnd.Refused;
        if ((end == DeliveryEnd.Stopped && _sink.IsHandingOver) || (end == DeliveryEnd.ShardEnd && _sink.IsEnding))
            return end;

        // At the shard's end too: until its children are found time may pass.
        return await _checkpoint.StoreAsync(CancellationToken.None) ? end : DeliveryEnd.Refused;
    }

    private async Task<DeliveryEnd> DeliverAllAsync(ChannelReader<RecordPage> pages, DeliverySignals signals, CancellationToken stop, CancellationToken abort)
    {
        var isGranted = true;
        while (true)
        {
            while (_ended.Reader.TryRead(out var end))
                TakeEnd(end, abort);
            if (isGranted && _tracker.IsDirty && (_mustStore || _tracker.IsDue))
                isGranted = await _checkpoint.StoreAsync(abort);
            _mustStore = false;
            var mayBegin = isGranted && !stop.IsCancellationRequested;
            if (mayBegin)
            {
                TakePages(pages);
                ShowSettling();
                isGranted = _checkpoint.IsOverdue || Begin(signals.IsEnd, stop, abort);
            }

            ShowOldest();
            if (_ended.Reader.TryPeek(out _))
                continue;
            if (_running == 0 && !isGranted)
                return DeliveryEnd.Refused;
            if (_running == 0 && stop.IsCancellationRequested)
                return DeliveryEnd.Stopped;
            if (signals.IsEnd && _running == 0 && _buffer.Unfinished == 0 && _windows is not { IsOpen: true })
                return signals.ReadError is { } error ? throw error : DeliveryEnd.ShardEnd;
            await signals.WaitAsync(forPages: isGranted && !stop.IsCancellationRequested && HasRoom, NextIn(isGranted, stop));
        }
    }

    private bool HasRoom => _buffer.Unfinished < _options.Capacity && _buffer.Bytes < _options.CapacityBytes;

    /// <summary>Takes pages as long as there is room, and passes over what the consumer does not want.</summary>
    private void TakePages(ChannelReader<RecordPage> pages)
    {
        while (HasRoom && pages.TryRead(out var page))
        {
            var filtered = 0;
            foreach (var pending in _buffer.Add(page))
            {
                if (_memo.WasFinished(pending.SequenceNumber))
                    _buffer.Finish(pending);
                else if (_tools.Filter?.Matches(pending.Record) == false)
                {
                    _buffer.Finish(pending);
                    filtered++;
                }
                else
                    _lanes.Add(pending);
            }

            var position = Advance();
            if (filtered == 0)
                continue;
            _progress.Filtered(filtered, position);
            _metrics.Filtered(filtered);
        }
    }

    /// <summary>Begins a call of each lane that has something to hand over. False when the shard belongs to somebody else.</summary>
    private bool Begin(bool isEnd, CancellationToken stop, CancellationToken abort)
    {
        _lanes.First.OwesCall = _windows?.IsFinalCallDue(_tools.CaughtUpAt(), isEnd) == true;
        foreach (var lane in _lanes.Ready(isEnd))
        {
            if (stop.IsCancellationRequested)
                return true;
            if (!_sink.MayProceed)
                return false;
            var piece = WithoutExpired(lane, Next(lane, isEnd));
            lane.IsBusy = true;
            _running++;
            _progress.Begin(piece.Attempt, _buffer.Unfinished);
            _ = CallAsync(lane, piece, abort);
        }

        return true;
    }

    /// <summary>Takes the next batch of a lane: where there are windows, of one window only.</summary>
    private BatchPiece Next(DeliveryLane lane, bool isEnd)
    {
        if (_windows is null || lane.HasPieces)
            return lane.Take(_options);
        // One more than a batch can have shows whether the window ends with it.
        var step = _windows.Next(lane.Times(_options.BatchSize + 1), _tools.CaughtUpAt(), isEnd);
        lane.OwesCall = false;
        var piece = lane.Take(_options, step.Count);
        return piece with { IsFinalOfWindow = step.IsComplete && piece.Records.Count == step.Count };
    }

    private async Task CallAsync(DeliveryLane lane, BatchPiece piece, CancellationToken abort)
    {
        var end = piece.GivenUp is null ? await _calls.HandleAsync(lane, piece, _windows?.ForCall(piece.IsFinalOfWindow), _options.Isolates, abort)
            : _tools.Destination is { } destination && piece.Records.Count > 0 ? await _calls.GiveUpAsync(lane, piece, destination, abort)
            : new CallEnd(lane, piece, null);
        _ended.Writer.TryWrite(end);
    }

    /// <summary>Gives the records from the first on that are too old, to be given up; all of them when none is.</summary>
    private BatchPiece WithoutExpired(DeliveryLane lane, BatchPiece piece)
    {
        if (piece.GivenUp is not null || RecordAges.CountExpired(piece.Records, RecordAges.Limit(_options), _tools.Time.GetUtcNow()) is not (> 0 and var expired))
            return piece;
        if (expired < piece.Records.Count)
            lane.PutFirst([piece.From(expired) with { Attempt = 1 }]);
        return piece.With(piece.Part(0, expired)) with { GivenUp = DiscardCondition.RecordAgeExceeded };
    }

    private void TakeEnd(CallEnd end, CancellationToken abort)
    {
        _running--;
        end.Lane.Called(_tools.Time);
        if (end.Result is { } result)
            TakeHandled(end.Lane, end.Piece, result, abort);
        else
            TakeGivenUp(end, abort);
    }

    private void TakeHandled(DeliveryLane lane, BatchPiece piece, BatchResult result, CancellationToken abort)
    {
        var reason = DeliveryReport.Words(result.Error);
        var next = _options.Isolates ? IsolateRules.Decide(piece, result, reason, _options) : LambdaRules.Decide(piece, result, reason, _options);
        if (_windows is not null)
        {
            _windows.Called(piece.IsFinalOfWindow, result);
            _tracker.Changed();
        }

        if (next.Finished.Count > 0)
        {
            var time = RecordAges.TimeOf(next.Finished[^1].Record);
            foreach (var pending in next.Finished)
                _buffer.Finish(pending);
            _progress.Handled(time, next.Finished.Count, Advance(), _buffer.Unfinished);
        }

        if (next.Again.Count == 0 && next.Held.Count == 0)
        {
            if (lane.FailuresInARow > 0)
                _report.Recovered();
            lane.Succeeded();
            _lanes.EndIfDone(lane);
            _progress.Succeeded(_lanes.HeldItems, _lanes.Error);
            return;
        }

        _mustStore = next.Finished.Count > 0;
        lane.PutFirst(next.Again);
        var held = next.Held.Select(item => (Lane: _lanes.Hold(lane, item), item.Piece)).ToList();
        if (abort.IsCancellationRequested)
            return;
        if (next.Again.Count > 0)
            Retry(lane, next.Again[0], piece.Attempt, next.Finished.Count > 0, result, reason);
        else if (next.Finished.Count > 0)
            lane.Succeeded();
        foreach (var (own, failed) in held)
        {
            Retry(own, failed, failed.First.Failures, false, result, reason);
            // A handler that fails with everything is not given record after record without a pause.
            if (own != lane && next.Finished.Count == 0)
                PauseAfterFailure(lane, false, reason);
        }
    }

    /// <summary>Lets a lane wait before what failed is tried again, and tells of it.</summary>
    private void Retry(DeliveryLane lane, BatchPiece failed, int attempt, bool hasFinishedSome, BatchResult result, string reason)
    {
        var delay = PauseAfterFailure(lane, hasFinishedSome, reason);
        if (failed.GivenUp is null)
            _metrics.Retried();
        if (failed.GivenUp is not null)
            lane.Pause(TimeSpan.Zero, _tools.Time);
        _progress.Failed(attempt, _lanes.HeldItems, lane.Error ?? reason);
        if (failed.Records.Count == 0)
        {
            _report.FinalCallFailed(result, attempt, failed.GivenUp is null ? delay : null);
            return;
        }

        _report.Failed(result, failed.First.Record, attempt, failed.GivenUp is null ? delay : null);
        Announce(lane, failed.First.Record);
    }

    private TimeSpan PauseAfterFailure(DeliveryLane lane, bool hasFinishedSome, string reason)
    {
        lane.Failed(hasFinishedSome, reason);
        var delay = Backoff.Next(lane.FailuresInARow, _options.RetryDelay, _options.MaximumRetryDelay, _tools.Entropy.Next());
        lane.Pause(delay, _tools.Time);
        return delay;
    }

    /// <summary>Says that a record is held up for so long that the stream will forget it: once at half, and once at five sixths of that time.</summary>
    private void Announce(DeliveryLane lane, StreamRecord record)
    {
        var age = RecordAges.Of(record, _tools.Time.GetUtcNow());
        var urgency = RecordAges.Urgency(age);
        if (urgency > lane.Urgency)
            _report.Ages(record, age!.Value, isUrgent: urgency > 1);
        lane.Urgency = urgency;
    }

    private void TakeGivenUp(CallEnd end, CancellationToken abort)
    {
        var (lane, piece) = (end.Lane, end.Piece);
        if (end.Error is not null && !abort.IsCancellationRequested)
            _metrics.Undelivered();
        if (end.Error is { } error && (abort.IsCancellationRequested || !_options.DiscardsUndelivered))
        {
            lane.PutFirst([piece]);
            if (abort.IsCancellationRequested)
                return;
            var delay = PauseAfterFailure(lane, false, $"the failure destination cannot be reached: {DeliveryReport.Words(error)}");
            _report.Undelivered(piece, delay, error);
            _progress.Failed(piece.Attempt, _lanes.HeldItems, lane.Error!);
            Announce(lane, piece.First.Record);
            return;
        }

        var isKept = end.Error is null && _tools.Destination is not null;
        if (piece.Records.Count == 0)
            _windows?.Close();
        else if (isKept)
            _report.Discarded(piece);
        else
            _report.Dropped(piece, end.Error);
        foreach (var pending in piece.Records)
            _buffer.Finish(pending);
        lane.Succeeded();
        _lanes.EndIfDone(lane);
        _progress.GivenUp(piece.Records.Count, isKept, Advance(), _buffer.Unfinished);
        _metrics.GivenUp(piece.Records.Count, isKept);
        _progress.Succeeded(_lanes.HeldItems, _lanes.Error);
    }

    /// <summary>Notes how far the shard is finished now.</summary>
    private SequenceNumber? Advance()
    {
        if (_buffer.Position is { } position)
            _tracker.Finished(position);
        if (!_options.IsOneByOne)
            _tracker.Changed();
        return _buffer.Position;
    }

    /// <summary>Shows since when the oldest record waits. Its time is read only when it is another one than at the last turn.</summary>
    private void ShowOldest()
    {
        if (_oldest == _buffer.First)
            return;
        _oldest = _buffer.First;
        _progress.Waits(_oldest is null ? null : RecordAges.TimeOf(_oldest.Record));
    }

    /// <summary>Shows that handling waits for the checkpoint, for as long as it does.</summary>
    private void ShowSettling()
    {
        if (_checkpoint.IsOverdue)
            _progress.Failed(0, _lanes.HeldItems, Settling);
        else if (_progress.State.Error == Settling)
            _progress.Succeeded(_lanes.HeldItems, _lanes.Error);
    }

    /// <summary>Gives the time until something is due; null when nothing is.</summary>
    private TimeSpan? NextIn(bool isGranted, CancellationToken stop)
    {
        var lane = isGranted && !stop.IsCancellationRequested && !_checkpoint.IsOverdue ? _lanes.NextIn : null;
        var store = isGranted && _tracker.IsDirty ? _tracker.TimeUntilDue : (TimeSpan?)null;
        var next = lane is null || store < lane ? store : lane;
        // A window of a quiet shard ends by time. Whether all was read that belongs to it is looked up each second from then on.
        if (_running > 0 || stop.IsCancellationRequested || _windows?.EndsIn(_tools.Time.GetUtcNow()) is not { } window)
            return next;
        var look = window > s_windowLook ? window : s_windowLook;
        return next is null || look < next ? look : next;
    }
}
