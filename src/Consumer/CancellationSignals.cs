namespace StreamWorker.Consumer;

/// <summary>The two ways in which loops here cancel something. <see cref="CancellationTokenSource.CancelAsync"/> alone would run callbacks on the thread pool whatever context the loops run in.</summary>
internal static class CancellationSignals
{
    /// <summary>Cancels what only loops of this library observe: they go on at once.</summary>
    public static void CancelNow(this CancellationTokenSource source) => source.Cancel();

    /// <summary>Cancels what code of others observes, too: without a context that owns the order of things, their callbacks do not hold up the caller.</summary>
    /// <returns>A task that ends with the last callback, and carries what they threw.</returns>
    public static Task CancelAsideAsync(this CancellationTokenSource source)
    {
        if (SynchronizationContext.Current is null)
            return source.CancelAsync();
        try
        {
            source.CancelNow();
            return Task.CompletedTask;
        }
        catch (AggregateException e)
        {
            return Task.FromException(e);
        }
    }
}
