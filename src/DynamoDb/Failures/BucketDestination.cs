using System.Buffers;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.DynamoDb.Aws;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Puts Lambda's object, with the records in it, into a bucket of S3, and reads what lies there.</summary>
internal sealed class BucketDestination : IFailureDestination, IFailureArchive, IFailureDestinationCheck, IDisposable
{
    private readonly FailureDestinationAddress _address;
    private readonly string _application;
    private readonly AmazonS3Client _client;
    private readonly FailureCalls _calls;
    private readonly int _maximumBytes;

    public BucketDestination(FailureDestinationAddress address, DynamoDbOptions options, string application, TimeProvider timeProvider)
    {
        _address = address;
        _application = application;
        _maximumBytes = options.MaximumAnswerBytes;
        _calls = new FailureCalls(address, "s3:PutObject on its objects and s3:ListBucket on it, and s3:GetObject and DeleteObject for redrive", timeProvider);
        var config = new AmazonS3Config
        {
            MaxErrorRetry = 2,
            MaxStaleConnectionRetries = 3,
            HttpClientFactory = new PooledConnections(),
            // The signature covers the object; trailing checksums are more than emulators know.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        AwsEndpoint.ApplyForOthers(options, config, address.Region);
        // A bucket's name is no host name at an emulator.
        config.ForcePathStyle = !string.IsNullOrEmpty(config.ServiceURL);
        _client = options.Credentials is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
    }

    public async ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        FailureBody.WriteObject(body, batch, _application);
        var bytes = body.WrittenSpan.ToArray();
        await _calls.RunAsync(
            "PutObject",
            async token =>
            {
                using var content = new MemoryStream(bytes, writable: false);
                return await _client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = _address.Name,
                        Key = FailureBody.ObjectKeyOf(batch),
                        InputStream = content,
                        AutoCloseStream = false,
                        ContentType = "application/json",
                        UseChunkEncoding = false,
                    },
                    token);
            },
            cancellationToken);
    }

    public ValueTask CheckAsync(CancellationToken cancellationToken) => _calls.LookAsync(
        "ListObjectsV2", token => _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _address.Name, MaxKeys = 1 }, token), cancellationToken);

    public async IAsyncEnumerable<ArchivedBatch> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _address.Name, Prefix = "aws/lambda/" };
        do
        {
            var page = await _calls.RunAsync("ListObjectsV2", token => _client.ListObjectsV2Async(request, token), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                if (await LookAtAsync(found.Key, cancellationToken) is { } batch)
                    yield return batch;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (!string.IsNullOrEmpty(request.ContinuationToken));
    }

    public async ValueTask<RecordPage?> ReadAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        var bytes = await GetAsync(batch.Id, cancellationToken) ?? throw new InvalidDataException("The object is there no more.");
        return FailureBody.ReadRecords(bytes);
    }

    public async ValueTask DeleteAsync(ArchivedBatch batch, CancellationToken cancellationToken) =>
        await _calls.RunAsync("DeleteObject", token => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _address.Name, Key = batch.Id }, token), cancellationToken);

    public ValueTask ReleaseAsync(ArchivedBatch batch, CancellationToken cancellationToken) => default;

    public void Dispose() => _client.Dispose();

    private async ValueTask<ArchivedBatch?> LookAtAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            if (await GetAsync(key, cancellationToken) is not { } bytes)
                return null;
            return DiscardNotice.TryRead(bytes, out var notice, out var fault) ? new ArchivedBatch(key, notice) : new ArchivedBatch(key, null, fault);
        }
        catch (InvalidDataException e)
        {
            return new ArchivedBatch(key, null, e.Message);
        }
    }

    private async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.RunAsync(
                $"GetObject {key}",
                async token =>
                {
                    using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _address.Name, Key = key }, token);
                    if (answer.ContentLength > _maximumBytes)
                        throw new InvalidDataException($"The object has {answer.ContentLength} bytes, and no more than {_maximumBytes} are read.");
                    using var bytes = new MemoryStream();
                    await answer.ResponseStream.CopyToAsync(bytes, token);
                    return bytes.ToArray();
                },
                cancellationToken);
        }
        catch (Consumer.Shards.StreamServiceException e) when (e.ErrorCode == "NoSuchKey")
        {
            return null;
        }
    }
}
