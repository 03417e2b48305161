using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Testing.Running;

/// <summary>Opens the harness's own failure destination, whatever a consumer's settings name.</summary>
internal sealed class HarnessDestinations(InMemoryFailureDestination destination) : IFailureDestinationFactory
{
    public IFailureDestination OpenDestination(FailureDestinationAddress address) => destination;

    public IFailureArchive OpenArchive(FailureDestinationAddress address) => destination;
}
