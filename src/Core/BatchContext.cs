namespace StreamWorker;

/// <summary>What is known about the delivery of a batch.</summary>
public sealed class BatchContext
{
    /// <summary>Gets the consumer's name.</summary>
    public required string Consumer { get; init; }

    /// <summary>Gets the shard that the batch comes from.</summary>
    /// <value>Null in Lambda, whose event names it only with tumbling windows.</value>
    public ShardId? ShardId { get; init; }

    /// <summary>Gets the stream that the batch comes from.</summary>
    /// <value>Null where only the records name it: in Lambda without tumbling windows.</value>
    public StreamArn? StreamArn { get; init; }

    /// <summary>Gets the tumbling window that the batch belongs to, with its state.</summary>
    /// <value>Null without tumbling windows.</value>
    public BatchWindow? Window { get; init; }

    /// <summary>Gets the epoch of the lease under which the batch is delivered: it grows with every change of ownership of the shard.</summary>
    /// <value>
    /// A fencing token: a system that refuses a lower epoch than it has seen is safe from a worker that has lost the shard without knowing it yet.
    /// Null in Lambda.
    /// </value>
    public long? LeaseEpoch { get; init; }

    /// <summary>Gets how often the batch that starts with this first record has been tried, this time included.</summary>
    /// <value>At least 1. Lambda does not tell: always 1 there. It starts again at 1 after a restart of the worker.</value>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets whether records count as handled although an earlier one of another item failed, and are then not delivered again.</summary>
    /// <value>
    /// The default is false: everything from the first failed record on is delivered again. When true, each record that was not handled must be named as failed; records behind a
    /// failed one of the same item are delivered again in any case. Records that a class or function handles one by one are named so by themselves.
    /// </value>
    public bool IsolatesItems { get; init; }

    /// <summary>Gets who is told of each record that is handled, while the rest of its batch is still being worked on.</summary>
    /// <value>
    /// Null where nobody asks. Records that a class or function handles one by one are reported by themselves; a batch handler may report its records, once each is handled.
    /// When a batch must be given up before its handler has ended, as Lambda's deadline can demand, the records reported from the batch's start on count as handled.
    /// It can be used from several threads.
    /// </value>
    public IProgress<StreamRecord>? Progress { get; init; }

    /// <summary>Gets a token that is cancelled when the host is ending and its time to drain is over.</summary>
    /// <value>One that is never cancelled, where nothing ends a host.</value>
    public CancellationToken HostStopping { get; init; }

    /// <summary>Gets a token that is cancelled when the shard may belong to another worker.</summary>
    /// <value>One that is never cancelled, where there are no leases: in Lambda.</value>
    public CancellationToken LeaseLost { get; init; }

    /// <summary>Gets a token that is cancelled when the time for the work is over.</summary>
    /// <value>In Lambda, the moment before the invocation's deadline at which the work must end; else one that is never cancelled unless a layer of the pipeline sets a time-out.</value>
    public CancellationToken TimedOut { get; init; }

    /// <summary>Gets why the work must stop.</summary>
    /// <value>
    /// <see cref="CancellationCause.None"/> as long as it may go on. With several causes at once, a lost lease comes first, because the work may already be another worker's, and a time-out last.
    /// </value>
    public CancellationCause CancellationCause =>
        LeaseLost.IsCancellationRequested ? CancellationCause.LeaseLost
        : HostStopping.IsCancellationRequested ? CancellationCause.HostStopping
        : TimedOut.IsCancellationRequested ? CancellationCause.TimedOut
        : CancellationCause.None;

    /// <summary>Makes the same context with a time-out around it.</summary>
    /// <param name="timedOut">Cancelled when the time is over. A time-out that is around this context already must cancel it too, for example through a linked source.</param>
    /// <returns>The context for what runs under the time-out.</returns>
    public BatchContext WithTimeOut(CancellationToken timedOut) => new()
    {
        Consumer = Consumer,
        ShardId = ShardId,
        StreamArn = StreamArn,
        Window = Window,
        LeaseEpoch = LeaseEpoch,
        Attempt = Attempt,
        IsolatesItems = IsolatesItems,
        Progress = Progress,
        HostStopping = HostStopping,
        LeaseLost = LeaseLost,
        TimedOut = timedOut,
    };

    /// <summary>Makes the same context with somebody else who is told of each record that is handled.</summary>
    /// <param name="progress">Who is told. He passes it on to <see cref="Progress"/> of this context, where there is one.</param>
    /// <returns>The context for what runs under it.</returns>
    public BatchContext WithProgress(IProgress<StreamRecord> progress) => new()
    {
        Consumer = Consumer,
        ShardId = ShardId,
        StreamArn = StreamArn,
        Window = Window,
        LeaseEpoch = LeaseEpoch,
        Attempt = Attempt,
        IsolatesItems = IsolatesItems,
        Progress = progress,
        HostStopping = HostStopping,
        LeaseLost = LeaseLost,
        TimedOut = TimedOut,
    };

    /// <summary>Makes the same context with another call of the window.</summary>
    /// <param name="window">The window; null for none.</param>
    /// <returns>The context for that call.</returns>
    public BatchContext WithWindow(BatchWindow? window) => new()
    {
        Consumer = Consumer,
        ShardId = ShardId,
        StreamArn = StreamArn,
        Window = window,
        LeaseEpoch = LeaseEpoch,
        Attempt = Attempt,
        IsolatesItems = IsolatesItems,
        Progress = Progress,
        HostStopping = HostStopping,
        LeaseLost = LeaseLost,
        TimedOut = TimedOut,
    };

    /// <summary>Tells why a piece of work ended with an error: cancellation counts only when the token that it was given asked for it.</summary>
    /// <param name="error">The error.</param>
    /// <param name="cancellationToken">The token that the work was given.</param>
    /// <returns><see cref="CancellationCause.None"/> for a failure of the work itself. A token that was cancelled without a word why is its host's, and the host is stopping.</returns>
    internal CancellationCause CauseOf(Exception error, CancellationToken cancellationToken)
    {
        if (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            return CancellationCause.None;
        return CancellationCause is var cause and not CancellationCause.None ? cause : CancellationCause.HostStopping;
    }
}
