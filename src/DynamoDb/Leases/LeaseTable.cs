using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>Creates the lease table where that is allowed, and checks that a table of its name has its keys.</summary>
internal sealed class LeaseTable(IAmazonDynamoDB client, LeaseTableCalls calls, DynamoDbLeaseStoreOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until the table can be used.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync("Preparing the lease table", PrepareAsync, cancellationToken);
        }
        catch (LeaseStoreException exception) when (exception.InnerException is TimeoutException)
        {
            throw new LeaseStoreException($"The lease table {options.TableName} could not be used within {options.CreateTableTimeout}.", isTransient: true, exception);
        }
    }

    private async ValueTask<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var table = await DescribeAsync(cancellationToken);
            if (table is null)
            {
                await CreateAsync(cancellationToken);
            }
            else if (table.TableStatus == TableStatus.ACTIVE || table.TableStatus == TableStatus.UPDATING)
            {
                CheckSchema(table);
                return true;
            }

            await Task.Delay(Pause, calls.Time, cancellationToken);
        }
    }

    private async ValueTask<Amazon.DynamoDBv2.Model.TableDescription?> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await client.DescribeTableAsync(new DescribeTableRequest { TableName = options.TableName }, cancellationToken)).Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private async ValueTask CreateAsync(CancellationToken cancellationToken)
    {
        if (!options.CreateTable)
        {
            throw new LeaseStoreException(
                $"The lease table {options.TableName} does not exist and may not be created (CreateTable is false). Create it with: aws dynamodb create-table --table-name {options.TableName} " +
                "--attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE --billing-mode PAY_PER_REQUEST",
                isTransient: false);
        }

        try
        {
            await client.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = options.TableName,
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    KeySchema = [new KeySchemaElement(Attributes.PartitionKey, KeyType.HASH), new KeySchemaElement(Attributes.SortKey, KeyType.RANGE)],
                    AttributeDefinitions =
                    [
                        new AttributeDefinition(Attributes.PartitionKey, ScalarAttributeType.S), new AttributeDefinition(Attributes.SortKey, ScalarAttributeType.S),
                    ],
                },
                cancellationToken);
        }
        catch (ResourceInUseException)
        {
            // Another worker creates it, or our own first attempt did and its answer was lost: the next look tells.
        }
    }

    private void CheckSchema(Amazon.DynamoDBv2.Model.TableDescription table)
    {
        const string Expected = "pk (S, HASH), sk (S, RANGE)";
        var types = table.AttributeDefinitions.ToDictionary(definition => definition.AttributeName, definition => definition.AttributeType.Value, StringComparer.Ordinal);
        var found = string.Join(", ", table.KeySchema.Select(key => $"{key.AttributeName} ({types[key.AttributeName]}, {key.KeyType.Value})"));
        if (found != Expected)
            throw new LeaseStoreException($"The table {options.TableName} is no lease table: its keys are {found}, and {Expected} is expected. Choose another name for the lease table.", isTransient: false);
    }
}
