using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Opens every kind of failure destination.</summary>
internal sealed class AwsFailureDestinations(DynamoDbOptions options, string application, TimeProvider timeProvider) : IFailureDestinationFactory
{
    public IFailureDestination OpenDestination(FailureDestinationAddress address) => address.Kind == FailureDestinationKind.Topic
        ? new TopicDestination(address, options, application, timeProvider)
        : (IFailureDestination)OpenArchive(address)!;

    public IFailureArchive? OpenArchive(FailureDestinationAddress address) => address.Kind switch
    {
        FailureDestinationKind.Queue => new QueueDestination(address, options, application, timeProvider),
        FailureDestinationKind.Topic => null,
        FailureDestinationKind.Bucket => new BucketDestination(address, options, application, timeProvider),
        FailureDestinationKind.Table => new TableDestination(address, options, application, timeProvider),
        FailureDestinationKind.Folder => new FolderFailureDestination(address.Name, application),
        _ => throw new ArgumentOutOfRangeException(nameof(address), address.Kind, "This kind of destination is not known."),
    };
}
