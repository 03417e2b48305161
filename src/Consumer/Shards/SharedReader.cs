namespace StreamWorker.Consumer.Shards;

/// <summary>One reader of a shard among those of this process. Its owner calls the methods, one at a time; the state is guarded by the lock of <see cref="SharedReads"/>.</summary>
internal sealed class SharedReader(SharedReads reads, SharedShard shard, ReadPlace place) : IDisposable
{
    public SharedShard Shard => shard;

    /// <summary>Gets or sets where the reader is: where the iterator leads that came with the last page which it was given.</summary>
    public ReadPlace Place { get; set; } = place;

    /// <summary>Gets or sets the number of the newest answer that the reader knows of.</summary>
    public long Seen { get; set; }

    /// <summary>Gets or sets whether this one is asking the service.</summary>
    public bool IsReading { get; set; }

    /// <summary>Gets or sets whether this one pauses because the service refused it what the others at its place want, too.</summary>
    public bool IsBackingOff { get; set; }

    /// <summary>Gets those that wait for what this one is answered, or for the end of its pause.</summary>
    public List<SharedWaiter> Waiters { get; } = new(0);

    /// <summary>Gets or sets what is told when a page with news comes while this one pauses; null when it does not pause.</summary>
    public TaskCompletionSource? Arrival { get; set; }

    /// <summary>Goes on from elsewhere, with another iterator. Nothing that was read before is good for it unless its position says so.</summary>
    public void Restart(ReadPlace place) => reads.Restart(this, place);

    /// <summary>Takes the next page if another reader has read it; else null.</summary>
    public SharedAnswer? TryTake() => reads.TryTake(this);

    /// <summary>Takes the next page from another reader, one that is just reading it included. Null when there is none, and this one has to read.</summary>
    /// <exception cref="StreamServiceException">The other reader was refused, and this one would be.</exception>
    public async ValueTask<SharedAnswer?> FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (reads.TryTake(this) is { } kept)
                return kept;
            if (reads.TryWait(this) is not { } waiter)
                return null;
            using var cancelled = cancellationToken.Register(() => waiter.Answer.TrySetCanceled(cancellationToken));
            if (await waiter.Answer.Task is { } answer)
                return answer;
        }
    }

    /// <summary>Begins to ask the service, which <see cref="End"/> or <see cref="Fail"/> ends. False when another reader has the page by now, or is about to.</summary>
    public bool TryBegin() => reads.TryBegin(this);

    /// <summary>The service has answered: gives the page to those that wait for it, and keeps it for those that will come to it.</summary>
    /// <returns>The page for this reader.</returns>
    public SharedAnswer End(RecordPage page) => reads.End(this, page);

    /// <summary>The service has not answered. Who waits for it tries by itself, unless it would fare no better.</summary>
    public void Fail(Exception? error) => reads.Fail(this, error);

    /// <summary>Pauses after a failure. Others at the same place wait as long, so that they are not refused in turn.</summary>
    public async ValueTask BackOffAsync(StreamErrorKind cause, TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        reads.BeginBackOff(this, cause);
        try
        {
            await Task.Delay(delay, time, cancellationToken);
        }
        finally
        {
            reads.EndBackOff(this);
        }
    }

    /// <summary>Pauses before the next read. The pause ends when another reader comes upon something new, and there is none when it has already.</summary>
    public async ValueTask PauseAsync(TimeSpan pause, TimeProvider time, CancellationToken cancellationToken)
    {
        if (reads.TryWatch(this) is not { } arrival)
        {
            await Task.Delay(pause, time, cancellationToken);
            return;
        }

        if (arrival.Task.IsCompleted)
            return;
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Waiting.ForSignalAsync(arrival.Task), Waiting.ForTimeAsync(pause, time, wake.Token));
        wake.CancelNow();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Leaves: what was kept for this reader alone is given back.</summary>
    public void Dispose() => reads.Leave(this);
}

/// <summary>A page, and when the service gave it: that is how old its iterator is.</summary>
internal readonly record struct SharedAnswer(RecordPage Page, long ReadAt);

/// <summary>A reader that waits for the answer to another one. Null tells it to look again.</summary>
internal sealed record SharedWaiter(SharedReader Reader)
{
    public TaskCompletionSource<SharedAnswer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
