namespace StreamWorker.Simulation;

/// <summary>A call of a worker to a service.</summary>
/// <param name="Operation">The operation's name in its port.</param>
/// <param name="Shard">The shard that it is about; null for none.</param>
internal readonly record struct Call(string Operation, ShardId? Shard = null)
{
    public override string ToString() => Shard is { } shard ? $"{Operation}({shard})" : Operation;
}

/// <summary>What becomes of a call.</summary>
internal readonly record struct CallFate
{
    /// <summary>Gets the time until the service has the request.</summary>
    public TimeSpan Request { get; init; }

    /// <summary>Gets the time from there until the caller has the answer.</summary>
    public TimeSpan Reply { get; init; }

    /// <summary>Gets whether the request never arrives.</summary>
    public bool LosesRequest { get; init; }

    /// <summary>Gets whether the answer never arrives: what was asked for is done, and the caller does not know.</summary>
    public bool LosesReply { get; init; }

    /// <summary>Gets whether the caller is left without answer and without time-out, as by a connection that died without a word.</summary>
    public bool Hangs { get; init; }

    /// <summary>Gets what the service answers instead of doing what was asked for.</summary>
    public Exception? Refusal { get; init; }
}
