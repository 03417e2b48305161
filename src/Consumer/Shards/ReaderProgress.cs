namespace StreamWorker.Consumer.Shards;

/// <summary>What others may see of a reader. Written by the reader alone, read by anybody.</summary>
internal sealed class ReaderProgress
{
    private volatile string? _error;
    private volatile bool _isHeld;
    private long _lastAnswer;
    private long _caughtUpAt;

    /// <summary>Gets the trouble that the reader is in now; null when it is in none.</summary>
    public string? Error => _error;

    /// <summary>Gets the timestamp of the last answer of the service; 0 before the first one.</summary>
    public long LastAnswer => Volatile.Read(ref _lastAnswer);

    /// <summary>Gets the timestamp at which everything that the shard had was read, as far as answers without records tell; 0 when the last ones had some.</summary>
    public long CaughtUpAt => Volatile.Read(ref _caughtUpAt);

    /// <summary>Notes an answer of the service.</summary>
    /// <param name="timestamp">When it was had.</param>
    /// <param name="caughtUpAt">The timestamp at which the service gave it, when it says that the shard has no more for now; else 0.</param>
    public void Answered(long timestamp, long caughtUpAt)
    {
        Volatile.Write(ref _lastAnswer, timestamp);
        Volatile.Write(ref _caughtUpAt, caughtUpAt);
        _error = null;
    }

    /// <summary>Gets whether the reader stands still on purpose, until somebody decides.</summary>
    public bool IsHeld => _isHeld;

    public void Failed(string error) => _error = error;

    public void Held(string why)
    {
        _isHeld = true;
        _error = why;
    }
}
