using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Aws;
using StreamWorker.DynamoDb.Leases;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Keeps records that were given up in a table; see docs/failure-destinations.md for its rows.</summary>
internal sealed class TableDestination : IFailureDestination, IFailureArchive, IFailureDestinationCheck, IDisposable
{
    private readonly string _name;
    private readonly string _application;
    private readonly TablesClient _client;
    private readonly FailureCalls _calls;
    private readonly FailureTable _table;

    public TableDestination(FailureDestinationAddress address, DynamoDbOptions options, string application, TimeProvider timeProvider)
    {
        _name = address.Name;
        _application = application;
        _client = TablesClient.CreateFor(options, address.Region, retries: 2);
        _calls = new FailureCalls(address, "dynamodb:PutItem and DescribeTable on it, CreateTable where it is missing, and Scan, Query and DeleteItem for redrive", timeProvider);
        _table = new FailureTable(_client, _calls, _name, options.Leases.CreateTable);
    }

    public async ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
    {
        foreach (var row in FailureRows.Write(batch, _application))
        {
            try
            {
                await PutAsync(row, cancellationToken);
            }
            catch (StreamServiceException e) when (e.Kind == StreamErrorKind.NotFound)
            {
                await _table.EnsureAsync(cancellationToken);
                await PutAsync(row, cancellationToken);
            }
        }
    }

    public ValueTask CheckAsync(CancellationToken cancellationToken) => _calls.LookAsync(
        "DescribeTable",
        async token =>
        {
            await _table.EnsureAsync(token);
            return true;
        },
        cancellationToken);

    public async IAsyncEnumerable<ArchivedBatch> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = FailureRows.Head.ToDictionary(name => "#" + name, name => name, StringComparer.Ordinal);
        var request = new ScanRequest
        {
            TableName = _name,
            ConsistentRead = true,
            FilterExpression = $"attribute_exists(#{FailureRows.Parts})",
            ProjectionExpression = string.Join(", ", names.Keys),
            ExpressionAttributeNames = names,
        };
        do
        {
            var page = await _calls.RunAsync("Scan", token => _client.ScanAsync(request, token), cancellationToken);
            foreach (var row in page.Items ?? [])
                yield return FailureRows.Read(row);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    public async ValueTask<RecordPage?> ReadAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Notice is not { } notice)
            throw new InvalidDataException(batch.Fault);
        var rows = await QueryAsync(batch.Id, null, cancellationToken);
        return FailureBody.ReadRecords(FailureRows.ReadPayload(rows), notice.Stream);
    }

    public async ValueTask DeleteAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var keys = await QueryAsync(batch.Id, "pk, sk", cancellationToken);
        foreach (var key in keys)
            await _calls.RunAsync("DeleteItem", token => _client.DeleteItemAsync(new DeleteItemRequest { TableName = _name, Key = key }, token), cancellationToken);
    }

    public ValueTask ReleaseAsync(ArchivedBatch batch, CancellationToken cancellationToken) => default;

    public void Dispose() => _client.Dispose();

    private async ValueTask PutAsync(Row row, CancellationToken cancellationToken) =>
        await _calls.RunAsync("PutItem", token => _client.PutItemAsync(new PutItemRequest { TableName = _name, Item = row }, token), cancellationToken);

    private async ValueTask<IReadOnlyList<Row>> QueryAsync(string id, string? projection, CancellationToken cancellationToken)
    {
        var (partition, prefix) = FailureRows.KeysOf(id);
        var request = new QueryRequest
        {
            TableName = _name,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :partition AND begins_with(sk, :prefix)",
            ProjectionExpression = projection,
            ExpressionAttributeValues = new Row(StringComparer.Ordinal) { [":partition"] = Attributes.Text(partition), [":prefix"] = Attributes.Text(prefix) },
        };
        var rows = new List<Row>();
        do
        {
            var page = await _calls.RunAsync("Query", token => _client.QueryAsync(request, token), cancellationToken);
            rows.AddRange(page.Items ?? []);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return rows;
    }
}
