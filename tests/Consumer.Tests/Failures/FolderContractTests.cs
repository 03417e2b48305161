using StreamWorker.Consumer.Failures;
using StreamWorker.Contracts;

namespace StreamWorker.Consumer.Tests.Failures;

public sealed class FolderContractTests : FailureDestinationContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("given-up-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override ValueTask<(IFailureDestination Destination, IFailureArchive Archive)> OpenAsync()
    {
        var folder = new FolderFailureDestination(_folder, "shop");
        return new((folder, folder));
    }

    protected override ValueTask<IFailureDestination> OpenBrokenAsync()
    {
        var file = Path.Combine(_folder, "a-file");
        File.WriteAllText(file, "");
        return new(new FolderFailureDestination(file, "shop"));
    }
}
