namespace StreamWorker.Testing;

/// <summary>How a <see cref="StreamHarness"/> is set up.</summary>
public sealed class StreamHarnessOptions
{
    /// <summary>Gets the consumer's name.</summary>
    /// <value>The default is <c>consumer</c>.</value>
    public string ConsumerName { get; init; } = "consumer";

    /// <summary>Gets how the table is made. Its name is the one that the consumer gives to <c>FromTable</c>, and <c>Table</c> where it gives none.</summary>
    /// <value>The default is a table with partition key <c>id</c> and a stream of one shard with both images.</value>
    public InMemoryTableOptions Table { get; init; } = new();

    /// <summary>Gets how often a record is delivered in one call of <see cref="StreamHarness.DrainAsync"/> or <see cref="StreamHarness.SettleAsync"/> before it counts as one that fails for ever.</summary>
    /// <value>The default is 5. At least 1.</value>
    public int MaximumAttempts { get; init; } = 5;

    /// <summary>Gets how much of the harness's time may pass without anything happening before the harness gives up, for example because reads fail for ever.</summary>
    /// <value>The default is 15 minutes, on top of the consumer's <c>MaximumRetryDelay</c>.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets what the harness's clock says first.</summary>
    /// <value>The default is noon of 1 January 2026, UTC.</value>
    public DateTimeOffset StartTime { get; init; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Gets what decides which of the things that are ready at the same moment goes first. The same seed gives the same order every time.</summary>
    /// <value>The default is null: first come, first served, which is the same every time, too.</value>
    public int? Seed { get; init; }

    /// <summary>Gets whether handlers run on threads of the thread pool, as in production.</summary>
    /// <value>
    /// The default is false: handlers run in the harness, one at a time from one await to the next, so that every run is the same. A handler that blocks its thread until one of its own
    /// tasks has ended cannot run there. With true it can, and what handlers of different shards do is no longer in the same order every time.
    /// </value>
    public bool RunHandlersOnThreadPool { get; init; }

    /// <summary>Gets how long, in real time, a handler that was told to stop may take to end when the harness is disposed of.</summary>
    internal TimeSpan LongestEnd { get; init; } = TimeSpan.FromSeconds(5);
}
