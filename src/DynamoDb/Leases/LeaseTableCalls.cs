using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Aws;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>Runs calls to the lease table under a time-out, and turns what goes wrong into <see cref="LeaseStoreException"/>.</summary>
internal sealed class LeaseTableCalls(IAmazonDynamoDB client, string tableName, TimeSpan timeout, TimeProvider timeProvider)
{
    public IAmazonDynamoDB Client => client;

    public string TableName => tableName;

    public TimeProvider Time => timeProvider;

    /// <summary>Runs a call. A refused condition passes through: it is an answer, not a fault.</summary>
    public async ValueTask<T> RunAsync<T>(string what, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(timeout, timeProvider, cancellationToken);
        try
        {
            return await call(deadline.Token);
        }
        catch (Exception thrown) when (thrown is not ConditionalCheckFailedException && ServiceErrors.CanTranslate(thrown, deadline))
        {
            throw Translate(thrown, deadline, what);
        }
    }

    /// <summary>Lists the rows of a partition, all pages of them, with every write that has completed before.</summary>
    public async ValueTask<IReadOnlyList<T>> ListAsync<T>(string what, string partition, string sortPrefix, Func<Row, T> read, CancellationToken cancellationToken)
    {
        var request = new QueryRequest
        {
            TableName = tableName,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :partition AND begins_with(sk, :prefix)",
            ExpressionAttributeValues = new Row(StringComparer.Ordinal)
            {
                [":partition"] = Attributes.Text(partition),
                [":prefix"] = Attributes.Text(sortPrefix),
            },
        };
        var rows = new List<T>();
        do
        {
            var page = await RunAsync(what, async token => await client.QueryAsync(request, token), cancellationToken);
            foreach (var row in page.Items ?? [])
                rows.Add(read(row));
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return rows;
    }

    /// <summary>Makes a conditional update that brings the old row back when it is refused.</summary>
    public UpdateItemRequest Update(Row key, string update, string condition, Dictionary<string, string> names, Row values) => new()
    {
        TableName = tableName,
        Key = key,
        UpdateExpression = update,
        ConditionExpression = condition,
        ExpressionAttributeNames = names,
        ExpressionAttributeValues = values,
        ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
    };

    private Exception Translate(Exception thrown, Deadline deadline, string what)
    {
        if (ServiceErrors.Translate(thrown, deadline, $"{what} in table {tableName}") is not StreamServiceException error)
            return deadline.Cancellation(thrown)!;
        var hint = error.Kind switch
        {
            StreamErrorKind.NotFound => " The table is gone; it is made again at the next start.",
            StreamErrorKind.AccessDenied when error.ErrorCode == "AccessDeniedException" =>
                " The role needs dynamodb:DescribeTable, Query, GetItem, PutItem, UpdateItem and DeleteItem on the table, and CreateTable where it is missing.",
            _ => "",
        };
        return new LeaseStoreException(error.Message + hint, error.IsTransient || IsConflict(thrown), error.InnerException);
    }

    /// <summary>Tells whether a transaction met another one, or too little capacity.</summary>
    private static bool IsConflict(Exception thrown) => thrown switch
    {
        TransactionConflictException or TransactionInProgressException => true,
        TransactionCanceledException { CancellationReasons: { } reasons } => reasons.TrueForAll(
            reason => reason.Code is null or "None" or "ConditionalCheckFailed" or "TransactionConflict" or "ThrottlingError" or "ProvisionedThroughputExceeded"),
        _ => false,
    };
}
