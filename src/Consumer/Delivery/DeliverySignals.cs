using System.Threading.Channels;

namespace StreamWorker.Consumer.Delivery;

/// <summary>Lets a delivery loop wait for all that it reacts to: pages, ended calls, time, and a stop. What it waited for in vain once is waited for on.</summary>
internal sealed class DeliverySignals(ChannelReader<RecordPage> pages, ChannelReader<CallEnd> calls, TimeProvider time, CancellationToken stop) : IDisposable
{
    // Ends the wait for a stop: with the stop, or with the delivery.
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(stop);

    // Ends the waits for data: with the delivery only, which takes what has ended after a stop as well.
    private readonly CancellationTokenSource _closed = new();
    private Task? _stopped;
    private Task<bool>? _page;
    private Task<bool>? _call;
    private CancellationTokenSource? _wake;
    private Task? _timer;
    private long _timerDue;

    /// <summary>Gets whether the shard has no more pages.</summary>
    public bool IsEnd { get; private set; }

    /// <summary>Gets why the shard cannot be read any more; null when it can, or has been read to its end.</summary>
    public Exception? ReadError { get; private set; }

    /// <summary>Waits for one of those that are asked for, or for a stop that has not been asked for yet.</summary>
    /// <param name="forPages">Whether a page, or the end of the pages, is waited for.</param>
    /// <param name="forTime">How long is waited at most; null for as long as it takes.</param>
    public async ValueTask WaitAsync(bool forPages, TimeSpan? forTime)
    {
        _call ??= Waiting.ForDataAsync(calls, _closed.Token);
        var signals = new List<Task>(4) { _call };
        if (forPages && !IsEnd)
            signals.Add(_page ??= Waiting.ForDataAsync(pages, _closed.Token));
        if (forTime is { } delay)
            signals.Add(Timer(delay));
        if (!stop.IsCancellationRequested)
            signals.Add(_stopped ??= Waiting.ForTimeAsync(Timeout.InfiniteTimeSpan, time, _over.Token));
        await Task.WhenAny(signals);
        if (_call.IsCompleted)
            _call = null;
        if (_page is { IsCompleted: true } page)
        {
            _page = null;
            await LookAsync(page);
        }
    }

    public void Dispose()
    {
        _over.CancelNow();
        _over.Dispose();
        _closed.CancelNow();
        _closed.Dispose();
        _wake?.CancelNow();
        _wake?.Dispose();
    }

    private async ValueTask LookAsync(Task<bool> page)
    {
        try
        {
            IsEnd = !await page;
        }
        catch (Exception e)
        {
            (IsEnd, ReadError) = (true, e);
        }
    }

    /// <summary>Gives a task that ends after a time or sooner: one that is running already will do.</summary>
    private Task Timer(TimeSpan wait)
    {
        // Timers count whole milliseconds, and one that fires too early would find nothing to do.
        var delay = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        var due = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
        if (_timer is { IsCompleted: false } && _timerDue <= due)
            return _timer;
        _wake?.CancelNow();
        _wake?.Dispose();
        _wake = new CancellationTokenSource();
        _timerDue = due;
        return _timer = Waiting.ForTimeAsync(delay, time, _wake.Token);
    }
}
