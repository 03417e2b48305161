namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Sees whether the work on a shard has come to a halt that nothing reports: records wait and no attempt at them begins or ends, or the service has not answered the reader for
/// as long. A failing handler is no such halt: it is reported with every attempt. Owned by the loop that looks.
/// </summary>
internal sealed class ProgressWatch(TimeSpan patience, TimeProvider time)
{
    private long _begunAt = time.GetTimestamp();
    private object? _state;
    private long _changedAt = time.GetTimestamp();

    /// <summary>Expects nothing up to now: the work stands by order.</summary>
    public void Rest() => _begunAt = _changedAt = time.GetTimestamp();

    /// <summary>Looks at the work.</summary>
    /// <param name="state">Something that is another object after each step of the delivery.</param>
    /// <param name="isWaiting">Whether records wait.</param>
    /// <param name="lastAnswer">The timestamp of the service's last answer; 0 before the first one.</param>
    /// <param name="pause">The longest pause that is in order just now.</param>
    /// <returns>What has come to a halt; null when nothing has.</returns>
    public string? Look(object state, bool isWaiting, long lastAnswer, TimeSpan pause)
    {
        if (!ReferenceEquals(state, _state) || !isWaiting)
            (_state, _changedAt) = (state, time.GetTimestamp());
        if (time.GetElapsedTime(_changedAt) is var still && still >= patience + pause)
            return $"records wait, and nothing was done with them for {(int)still.TotalSeconds} s";
        // A reader whose records are not taken does not ask for more.
        var silent = time.GetElapsedTime(Math.Max(lastAnswer, _begunAt));
        return !isWaiting && silent >= patience ? $"the stream has not answered for {(int)silent.TotalSeconds} s" : null;
    }
}
