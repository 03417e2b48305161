namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// Operates consumers while they run: pauses them, lets them go on, and moves their positions. What is ordered stands in the lease store, so every worker of the application follows it,
/// those that are started later included.
/// </summary>
/// <remarks>
/// Every operation raises <see cref="OperationRefusedException"/> when it cannot be done as asked, and then nothing has changed; <c>LeaseStoreException</c> and
/// <c>StreamServiceException</c> when a service fails, and then the same operation can be asked for again.
/// </remarks>
public interface IConsumerOperations
{
    /// <summary>Gets the names of the consumers that are configured here.</summary>
    IReadOnlyCollection<string> ConsumerNames { get; }

    /// <summary>Pauses a consumer: what is in its handlers is finished, the position is stored, and nothing more is read. A consumer that is paused can be paused in another way.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="keepLeases">Whether workers keep their shards meanwhile; else they give them back.</param>
    /// <param name="by">Who does it, for those who look later. 1 to 256 characters.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The operation, when it is ordered. <see cref="WaitAsync"/> waits for the workers.</returns>
    ValueTask<OperationStatus> PauseAsync(string consumer, bool keepLeases, string by, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused consumer go on, exactly where it was.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="by">Who does it. 1 to 256 characters.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The operation.</returns>
    ValueTask<OperationStatus> ResumeAsync(string consumer, string by, CancellationToken cancellationToken = default);

    /// <summary>Moves a consumer to another position. Its shards are given back first, wherever they are worked on; then each is begun anew under its next epoch.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="request">Where to, and by whom.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>What was ordered, or what would be. <see cref="WaitAsync"/> waits until it is carried out.</returns>
    ValueTask<IReadOnlyList<StreamReset>> ResetAsync(string consumer, ResetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Tells what stands, what was done, and for whom it waits.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The operations on the consumer.</returns>
    ValueTask<ConsumerOperationsStatus> GetOperationsAsync(string consumer, CancellationToken cancellationToken = default);

    /// <summary>Waits until the workers have followed what is ordered. Where no worker holds a shard any more, it carries a reset out itself.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How it stands: <see cref="ConsumerOperationsStatus.HasFollowed"/> is false when the time was not enough.</returns>
    ValueTask<ConsumerOperationsStatus> WaitAsync(string consumer, TimeSpan limit, CancellationToken cancellationToken = default);
}
