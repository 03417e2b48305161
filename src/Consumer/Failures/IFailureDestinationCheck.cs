namespace StreamWorker.Consumer.Failures;

/// <summary>What a failure destination implements that can be looked at before it is needed.</summary>
public interface IFailureDestinationCheck
{
    /// <summary>Looks whether records could be delivered. Called at the start of a worker, whose log warns of an error; the worker runs on.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that fails when the destination is not there or cannot be reached.</returns>
    ValueTask CheckAsync(CancellationToken cancellationToken);
}
