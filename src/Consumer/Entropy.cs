namespace StreamWorker.Consumer;

/// <summary>The one source of randomness and of ids, so that a test that seeds it sees the same run again. Shared by all loops, hence the lock.</summary>
internal sealed class Entropy(Random random, Func<string> newId)
{
    private readonly Lock _lock = new();

    /// <summary>Gives a number from 0 to 1.</summary>
    public double Next()
    {
        lock (_lock)
            return random.NextDouble();
    }

    /// <summary>Gives a random id.</summary>
    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock)
            random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Gives a text that no other process gives.</summary>
    public string NewId()
    {
        lock (_lock)
            return newId();
    }
}
