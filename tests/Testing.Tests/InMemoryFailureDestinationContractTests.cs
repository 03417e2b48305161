using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.Contracts;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryFailureDestinationContractTests : FailureDestinationContract
{
    protected override ValueTask<(IFailureDestination Destination, IFailureArchive Archive)> OpenAsync()
    {
        var memory = new InMemoryFailureDestination();
        return new((memory, memory));
    }

    protected override ValueTask<IFailureDestination> OpenBrokenAsync() => new(new InMemoryFailureDestination { IsDown = true });
}
