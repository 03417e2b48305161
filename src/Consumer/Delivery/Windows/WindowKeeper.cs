using StreamWorker.Batches;

namespace StreamWorker.Consumer.Delivery.Windows;

/// <summary>Keeps the open window of a shard and its state, which is always that behind the last record that is finished. Owned by the delivery loop.</summary>
internal sealed class WindowKeeper
{
    // Records are in the stream a moment after the time that they carry, and clocks differ.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(5);
    private static readonly byte[] s_first = "{}"u8.ToArray();

    private readonly TimeSpan _length;
    private TumblingWindow? _open;
    private ReadOnlyMemory<byte> _state = s_first;

    /// <summary>Makes the keeper.</summary>
    /// <param name="length">The windows' length.</param>
    /// <param name="kept">The window that was open when the checkpoint was stored from which delivery goes on; null for none.</param>
    public WindowKeeper(TimeSpan length, WindowMemo? kept)
    {
        _length = length;
        if (kept is not null)
            (_open, _state) = (kept.Window, kept.State);
    }

    /// <summary>Gets whether a window waits for more records or for its final call.</summary>
    public bool IsOpen => _open is not null;

    /// <summary>Gets what is kept with the checkpoint; null when the state is too long to be kept, and its window is about to end for it.</summary>
    public ReadOnlyMemory<byte>? Memo => _open is not { } window ? ReadOnlyMemory<byte>.Empty : EndsEarly ? null : new WindowMemo(window, _state).ToBytes();

    private bool EndsEarly => _state.Length > BatchWindow.MaximumStateLength;

    /// <summary>Says how many of the next records belong to the next call, and opens their window.</summary>
    /// <param name="times">The times of the next records.</param>
    /// <param name="caughtUpAt">When everything that the shard had was read; null when that is not known.</param>
    /// <param name="isShardEnd">Whether the shard has no record behind these.</param>
    public WindowStep Next(IReadOnlyList<DateTimeOffset?> times, DateTimeOffset? caughtUpAt, bool isShardEnd)
    {
        if (EndsEarly)
            return new WindowStep(_open, 0, IsComplete: true);
        var step = TumblingWindows.Next(_open, times, _length, caughtUpAt - s_slack, isShardEnd);
        _open = step.Window;
        return step;
    }

    /// <summary>Tells whether the final call of the open window is due although no record waits.</summary>
    public bool IsFinalCallDue(DateTimeOffset? caughtUpAt, bool isShardEnd) => _open is { } window && (EndsEarly || isShardEnd || caughtUpAt - s_slack >= window.End);

    /// <summary>Gives the time until the open window may end by time alone; null when none is open.</summary>
    public TimeSpan? EndsIn(DateTimeOffset now) => _open is { } window ? window.End + s_slack - now : null;

    /// <summary>Gives what a call is told of the open window.</summary>
    public BatchWindow ForCall(bool isFinal) => new()
    {
        Start = _open!.Value.Start,
        End = _open.Value.End,
        State = _state,
        IsFinalInvokeForWindow = isFinal,
        IsWindowTerminatedEarly = isFinal && EndsEarly,
    };

    /// <summary>Notes what a call has left.</summary>
    public void Called(bool isFinal, BatchResult result)
    {
        if (isFinal && result.Outcome == BatchOutcome.Succeeded)
            Close();
        else if (result.State is { } state)
            _state = state;
    }

    /// <summary>Ends the open window.</summary>
    public void Close() => (_open, _state) = (null, s_first);
}
