namespace StreamWorker;

/// <summary>Handles the batches of tumbling windows and carries a state from one to the next.</summary>
/// <typeparam name="TState">The state: a class or record that is written as a JSON object, and can be read from an empty one.</typeparam>
/// <remarks>
/// <para>Windows are of one shard; each of its shards has a state of its own. Delivery is at least once, in stream order: a batch that failed comes again with the state that it came with.</para>
/// </remarks>
public interface IWindowHandler<TState>
{
    /// <summary>Handles one batch of a window.</summary>
    /// <param name="records">
    /// The records, in stream order; empty only when <see cref="WindowContext{TState}.IsFinalInvokeForWindow"/>. They are valid until the returned task completes; see <see cref="StreamRecord.Detach"/>.
    /// </param>
    /// <param name="context">The window, its state, and what is known about this delivery.</param>
    /// <param name="cancellationToken">Cancelled when the work must stop; <see cref="BatchContext.CancellationCause"/> tells why.</param>
    /// <returns>The state for the window's next call, never null. That of the final call is dropped. A handler that throws has failed with the whole batch.</returns>
    ValueTask<TState> HandleAsync(IReadOnlyList<StreamRecord> records, WindowContext<TState> context, CancellationToken cancellationToken);
}
