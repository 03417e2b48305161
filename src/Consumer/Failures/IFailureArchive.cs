namespace StreamWorker.Consumer.Failures;

/// <summary>Reads what is in a failure destination. For one reader at a time.</summary>
public interface IFailureArchive
{
    /// <summary>Lists what is there, each once, in no promised order. Other things that lie there are listed with their fault.</summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>What is there. A queue hides what was listed from others for some minutes, or until it is given back.</returns>
    IAsyncEnumerable<ArchivedBatch> ListAsync(CancellationToken cancellationToken);

    /// <summary>Reads the records of a batch. What a queue hides stays hidden for some minutes more.</summary>
    /// <param name="batch">The batch, from <see cref="ListAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The records, which are the caller's to dispose of; null where the destination has only what tells where they are in the stream.</returns>
    /// <exception cref="InvalidDataException">What is there cannot be read as records, or is there no more.</exception>
    ValueTask<RecordPage?> ReadAsync(ArchivedBatch batch, CancellationToken cancellationToken);

    /// <summary>Deletes a batch: it was handled. One that is not there any more is no error.</summary>
    /// <param name="batch">The batch, from <see cref="ListAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when it is deleted.</returns>
    ValueTask DeleteAsync(ArchivedBatch batch, CancellationToken cancellationToken);

    /// <summary>Leaves a batch where it is, for others to be seen again at once.</summary>
    /// <param name="batch">The batch, from <see cref="ListAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when it is given back.</returns>
    ValueTask ReleaseAsync(ArchivedBatch batch, CancellationToken cancellationToken);
}
