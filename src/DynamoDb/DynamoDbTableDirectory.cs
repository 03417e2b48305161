using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Aws;
using TableDescription = StreamWorker.Consumer.Shards.TableDescription;

namespace StreamWorker.DynamoDb;

/// <summary>Looks tables up with <c>DescribeTable</c>.</summary>
public sealed class DynamoDbTableDirectory : ITableDirectory, IDisposable
{
    private readonly TablesClient _client;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeout;

    /// <summary>Makes a directory.</summary>
    /// <param name="options">How DynamoDB is reached. Later changes have no effect.</param>
    /// <param name="timeProvider">The clock of the time-outs.</param>
    /// <exception cref="StreamServiceException">No region is set and no endpoint either, or the settings contradict each other.</exception>
    public DynamoDbTableDirectory(DynamoDbOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        _timeout = options.CallTimeout;
        _client = TablesClient.Create(options, retries: 1);
    }

    /// <inheritdoc/>
    public async ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        using var deadline = new Deadline(_timeout, _timeProvider, cancellationToken);
        try
        {
            var table = (await _client.DescribeTableAsync(new DescribeTableRequest { TableName = tableName }, deadline.Token)).Table;
            return new TableDescription(table.TableName, StreamArn.TryParse(table.LatestStreamArn, out var stream) ? stream : null, table.StreamSpecification?.StreamEnabled is true);
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
        catch (Exception thrown) when (ServiceErrors.CanTranslate(thrown, deadline))
        {
            throw ServiceErrors.Translate(thrown, deadline, $"DescribeTable of table {tableName}");
        }
    }

    /// <summary>Closes the directory's connections.</summary>
    public void Dispose() => _client.Dispose();
}
