using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Failures;

/// <summary>Makes failure destinations of what names them in settings.</summary>
public interface IFailureDestinationFactory
{
    /// <summary>Opens a destination to deliver to. Nothing is called yet.</summary>
    /// <param name="address">Which one.</param>
    /// <returns>The destination. Where it is disposable it is the caller's to dispose of.</returns>
    /// <exception cref="Diagnostics.StreamWorkerException">The settings that say how it is reached contradict each other.</exception>
    IFailureDestination OpenDestination(FailureDestinationAddress address);

    /// <summary>Opens a destination to read what is in it. Nothing is called yet.</summary>
    /// <param name="address">Which one.</param>
    /// <returns>The archive; null for a destination that cannot be read back (<see cref="FailureDestinationAddress.CanBeRead"/>). Where it is disposable it is the caller's to dispose of.</returns>
    /// <exception cref="Diagnostics.StreamWorkerException">The settings that say how it is reached contradict each other.</exception>
    IFailureArchive? OpenArchive(FailureDestinationAddress address);
}
