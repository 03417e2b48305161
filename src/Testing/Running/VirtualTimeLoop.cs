namespace StreamWorker.Testing.Running;

/// <summary>Runs everything until nothing moves, then lets time pass to the next timer, and so on. It ends on what it sees, never on how long that took.</summary>
internal sealed class VirtualTimeLoop(WorkPump pump, VirtualClock clock, UserCalls calls)
{
    // More than the longest time that a worker gives its handlers.
    private static readonly TimeSpan MostToEnd = TimeSpan.FromHours(1);

    /// <summary>Runs until something is so, as seen when nothing moves.</summary>
    /// <exception cref="InvalidOperationException">It can never be so: nothing moves and no timer is armed.</exception>
    public async Task RunUntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pump.RunReady(cancellationToken);
            if (calls.HoldTime)
            {
                await pump.WakingAsync(cancellationToken);
                continue;
            }

            if (isSo())
                return;
            Advance(clock.UntilNext ?? throw new InvalidOperationException("Nothing moves and nothing waits for time: the harness would wait for ever."));
        }
    }

    /// <summary>Runs something to its end. Time passes whoever is at work; only then are those who are waited for in real time.</summary>
    public async Task RunToEndAsync(Func<Task> begin, CancellationToken giveUp)
    {
        var ended = begin();
        var limit = clock.GetUtcNow() + MostToEnd;
        while (true)
        {
            pump.RunReady(giveUp);
            if (ended.IsCompleted)
                break;
            if (clock.UntilNext is { } next && clock.GetUtcNow() + next < limit)
                Advance(next);
            else
                await pump.WakingAsync(giveUp);
        }

        await ended;
    }

    /// <summary>Lets a span of time pass, whoever is at work.</summary>
    public void RunFor(TimeSpan span, CancellationToken cancellationToken)
    {
        var end = clock.GetUtcNow() + span;
        pump.RunReady(cancellationToken);
        while (clock.GetUtcNow() is var now && now < end)
        {
            Advance(end - now);
            pump.RunReady(cancellationToken);
        }
    }

    private void Advance(TimeSpan limit) => pump.Run(() => clock.Advance(limit));
}
