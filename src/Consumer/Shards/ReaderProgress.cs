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

    public void Answered(long timestamp, bool isCaughtUp)
    {
        Volatile.Write(ref _lastAnswer, timestamp);
        Volatile.Write(ref _caughtUpAt, isCaughtUp ? timestamp : 0);
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
