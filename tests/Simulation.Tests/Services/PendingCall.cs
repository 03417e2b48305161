namespace StreamWorker.Simulation;

/// <summary>A call on its way: the request arrives or does not, what it asks for is done or refused, and the answer comes back or does not.</summary>
internal sealed class PendingCall<T>(Link link, Call call, CallFate fate, Func<T> apply, Action<T>? discard)
{
    // Whoever awaits it goes on in its own process: it is never in that process that the answer is set.
    private readonly TaskCompletionSource<T> _answer = new();
    private CancellationTokenRegistration _giveUp;
    private T? _result;
    private Exception? _error;
    private bool _isGivenUp;
    private bool _isEnded;

    public Task<T> Begin(CancellationToken cancellationToken)
    {
        link.InFlight++;
        _giveUp = cancellationToken.UnsafeRegister(static (state, token) => ((PendingCall<T>)state!).GiveUp(token), this);
        if (fate.Hangs)
            return _answer.Task;
        if (fate.LosesRequest || fate.LosesReply || fate.Request + fate.Reply > link.Patience)
            Later(link.Patience, static pending => pending.TimeOut());
        if (!fate.LosesRequest)
            Later(fate.Request, static pending => pending.Arrive());
        return _answer.Task;
    }

    /// <summary>The request is there. What a caller had sent before it died, or before it gave up, may be among what arrives.</summary>
    private void Arrive()
    {
        if (link.Faults.IsCut || ((link.Client.IsDead || _isGivenUp) && link.Dice.Chance(0.5)))
        {
            Later(link.Patience, static pending => pending.TimeOut());
            return;
        }

        try
        {
            if (fate.Refusal is { } refusal)
                throw refusal;
            _result = apply();
        }
        catch (Exception e)
        {
            _error = e;
        }

        if (link.Scheduler.History.IsWritten)
            link.Write($"{call}: {(_error is not null ? _error.Message : fate.LosesReply ? "done, and its answer is lost" : "done")}");
        if (fate.LosesReply)
            Discard();
        else
            Later(fate.Reply, static pending => pending.Answer());
    }

    private void Answer()
    {
        if (link.Faults.IsCut)
        {
            Discard();
            Later(link.Patience, static pending => pending.TimeOut());
            return;
        }

        if (_error is not null)
            _answer.TrySetException(_error);
        else if (link.Client.IsDead || !_answer.TrySetResult(_result!))
            Discard();
        End();
    }

    private void TimeOut()
    {
        _answer.TrySetException(link.Errors.Unanswered());
        End();
    }

    /// <summary>Cancelled by the caller: like an answer, this is something that it goes on with in turn.</summary>
    private void GiveUp(CancellationToken token)
    {
        _isGivenUp = true;
        link.Client.Do(() =>
        {
            _answer.TrySetCanceled(token);
            End();
        });
    }

    private void End()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        _giveUp.Unregister();
        link.InFlight--;
    }

    private void Discard()
    {
        if (_error is null)
            discard?.Invoke(_result!);
    }

    private void Later(TimeSpan delay, Action<PendingCall<T>> action) =>
        link.Scheduler.At(link.Scheduler.Now + delay.Ticks, new Work(link.Service, static state =>
        {
            var (pending, action) = ((PendingCall<T>, Action<PendingCall<T>>))state!;
            action(pending);
        }, (this, action)));
}
