using System.Buffers;
using System.Text.Json;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Aws;
using StreamWorker.DynamoDb.Streams;

namespace StreamWorker.DynamoDb;

/// <summary>The DynamoDB Streams API over the AWS SDK's own pipeline. GetRecords keeps the received UTF-8 in a pooled buffer and makes no object per attribute.</summary>
/// <remarks>
/// <para>
/// A control operation that met a fault of the service or of the network is repeated once within its time-out; GetRecords and throttled calls
/// are not: their callers have a pace of their own.
/// </para>
/// <para>Where the service refuses <c>ShardFilter</c> (older emulators), the call is repeated without it, and it is not tried again.</para>
/// </remarks>
public sealed class DynamoDbStreamsClient : IStreamsClient, IDisposable
{
    private readonly StreamsPipeline _pipeline;
    private readonly TimeProvider _timeProvider;
    private readonly MemoryPool<byte> _pool;
    private readonly TimeSpan _recordsTimeout;
    private readonly TimeSpan _callTimeout;
    private readonly int _maximumAnswerBytes;
    private volatile bool _shardFilterIsRefused;

    /// <summary>Makes a client.</summary>
    /// <param name="options">How DynamoDB is reached. Later changes have no effect.</param>
    /// <param name="timeProvider">The clock of the time-outs.</param>
    /// <exception cref="StreamServiceException">No region is set and no endpoint either, or the settings contradict each other.</exception>
    public DynamoDbStreamsClient(DynamoDbOptions options, TimeProvider timeProvider)
        : this(options, timeProvider, MemoryPool<byte>.Shared)
    {
    }

    internal DynamoDbStreamsClient(DynamoDbOptions options, TimeProvider timeProvider, MemoryPool<byte> pool)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        _pool = pool;
        _recordsTimeout = options.GetRecordsTimeout;
        _callTimeout = options.CallTimeout;
        _maximumAnswerBytes = options.MaximumAnswerBytes;

        var config = new StreamsClientConfig { MaxErrorRetry = 1, MaxStaleConnectionRetries = 3, HttpClientFactory = new PooledConnections() };
        AwsEndpoint.ApplyForStreams(options, config);
        config.FixEndpoint();
        _pipeline = new StreamsPipeline(options.Credentials, config);
    }

    /// <inheritdoc/>
    public async ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        return await CallAsync(
            StreamsRequests.ListStreams(tableName, startAfter), $"table {tableName}", static (answer, _) => StreamsAnswers.ListStreams(answer.Memory), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken)
    {
        if (childrenOf is null || _shardFilterIsRefused)
            return await DescribeAsync(stream, startAfter, null, cancellationToken);
        try
        {
            return await DescribeAsync(stream, startAfter, childrenOf, cancellationToken);
        }
        catch (StreamServiceException refusal) when (refusal is { Kind: StreamErrorKind.InvalidRequest, StatusCode: not null })
        {
            // Only when the same call works without the filter was it the filter that was refused.
            var description = await DescribeAsync(stream, startAfter, null, cancellationToken);
            _shardFilterIsRefused = true;
            return description;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken) =>
        await CallAsync(
            StreamsRequests.GetShardIterator(stream, shard, start), $"shard {shard} of {stream}", static (answer, _) => StreamsAnswers.GetShardIterator(answer.Memory), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(shardIterator);
        if (limit is < 1 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A page has 1 to 1,000 records.");
        using var deadline = new Deadline(_recordsTimeout, _timeProvider, cancellationToken);
        try
        {
            var (answer, _) = await SendAsync(StreamsRequests.GetRecords(shardIterator, limit), deadline.Token);
            return ParsePage(answer, stream);
        }
        catch (Exception thrown) when (ServiceErrors.CanTranslate(thrown, deadline))
        {
            throw ServiceErrors.Translate(thrown, deadline, $"GetRecords of {stream}");
        }
    }

    /// <summary>Closes the client's connections.</summary>
    public void Dispose() => _pipeline.Dispose();

    private static RecordPage ParsePage(AnswerBuffer answer, StreamArn stream)
    {
        try
        {
            return RecordPage.Parse(answer.Detach(), answer.Length, stream);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    private ValueTask<StreamDescription> DescribeAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken) =>
        CallAsync(
            StreamsRequests.DescribeStream(stream, startAfter, childrenOf), stream.ToString(), static (answer, time) => StreamsAnswers.DescribeStream(answer.Memory, time), cancellationToken);

    private async ValueTask<T> CallAsync<T>(StreamsCall call, string target, Func<AnswerBuffer, DateTimeOffset?, T> read, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_callTimeout, _timeProvider, cancellationToken);
        try
        {
            var (answer, serviceTime) = await SendAsync(call, deadline.Token);
            using (answer)
                return read(answer, serviceTime);
        }
        catch (Exception thrown) when (ServiceErrors.CanTranslate(thrown, deadline))
        {
            throw ServiceErrors.Translate(thrown, deadline, $"{call.Operation} of {target}");
        }
    }

    private async ValueTask<(AnswerBuffer Answer, DateTimeOffset? ServiceTime)> SendAsync(StreamsCall call, CancellationToken cancellationToken)
    {
        using var response = await _pipeline.SendAsync(call, cancellationToken);
        return (await AnswerBuffer.ReadAsync(response, _maximumAnswerBytes, _pool, cancellationToken), response.ServiceTime);
    }
}
