namespace StreamWorker.Simulation;

/// <summary>
/// One process's way to one service. What is asked for is done when the request arrives, by the service and in the service's time, whatever has become of the caller by then.
/// </summary>
internal sealed class Link(Scheduler scheduler, SimulatedProcess client, SimulatedProcess service, Dice dice, ServiceErrors errors)
{
    /// <summary>Gets what is wrong with the way.</summary>
    public LinkFaults Faults { get; } = new();

    /// <summary>Gets or sets the time after which the caller gives up.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets what decides about a call before chance does; null leaves it to chance.</summary>
    public Func<Call, CallFate?>? OnCall { get; set; }

    /// <summary>Gets or sets how many calls have no answer yet.</summary>
    public int InFlight { get; set; }

    /// <summary>Gets how many calls were made.</summary>
    public long Calls { get; private set; }

    public Scheduler Scheduler => scheduler;

    public SimulatedProcess Client => client;

    public SimulatedProcess Service => service;

    public Dice Dice => dice;

    public ServiceErrors Errors => errors;

    /// <summary>Makes a call.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="apply">What the service does when the request arrives.</param>
    /// <param name="discard">What becomes of an answer that nobody takes.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public Task<T> CallAsync<T>(Call call, Func<T> apply, Action<T>? discard, CancellationToken cancellationToken)
    {
        if (!scheduler.IsOnItsThread() || cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(new CancellationToken(true));
        Calls++;
        var pending = new PendingCall<T>(this, call, OnCall?.Invoke(call) ?? Decide(), apply, discard);
        Write($"calls {call}");
        return pending.Begin(cancellationToken);
    }

    public void Write(string what) => scheduler.History.Write(scheduler.Now, client.Name, $"{what}");

    private CallFate Decide()
    {
        var fate = new CallFate { Request = Delay() + Faults.Slowness, Reply = Delay() };
        if (dice.Chance(Faults.Throttling))
            return fate with { Refusal = errors.Throttled() };
        if (dice.Chance(Faults.ServiceFaults))
            return fate with { Refusal = errors.Failed() };
        return fate with
        {
            LosesRequest = dice.Chance(Faults.LostRequests),
            LosesReply = dice.Chance(Faults.LostReplies),
        };
    }

    private TimeSpan Delay() => Faults.Latency * dice.Fraction();
}

/// <summary>The errors of a service, in the words of its port.</summary>
internal sealed record ServiceErrors(Func<Exception> Throttled, Func<Exception> Failed, Func<Exception> Unanswered)
{
    public static ServiceErrors Streams { get; } = new(StreamFaults.Throttled, StreamFaults.ServiceFault, StreamFaults.Unreachable);

    public static ServiceErrors LeaseTable { get; } = new(
        () => LeaseStoreFault.Throttled().Error,
        () => new LeaseStoreException("The lease store failed.", isTransient: true),
        () => LeaseStoreFault.Unreachable().Error);
}
