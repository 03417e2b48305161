using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Leases;

namespace StreamWorker.DynamoDb.Failures;

/// <summary>Creates the table of a failure destination where that is allowed, and checks that a table of its name has its keys.</summary>
internal sealed class FailureTable(IAmazonDynamoDB client, FailureCalls calls, string name, bool mayCreate)
{
    private const string Keys = "pk (S, HASH), sk (S, RANGE)";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Waits until the table can be used.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        var start = calls.Time.GetTimestamp();
        while (true)
        {
            var table = await DescribeAsync(cancellationToken);
            if (table is null)
            {
                await CreateAsync(cancellationToken);
            }
            else if (table.TableStatus == TableStatus.ACTIVE || table.TableStatus == TableStatus.UPDATING)
            {
                CheckKeys(table);
                return;
            }

            if (calls.Time.GetElapsedTime(start) > Longest)
                throw new StreamServiceException(StreamErrorKind.ServiceFault, $"The table {name} for records that are given up could not be used within {Longest}.");
            await Task.Delay(Pause, calls.Time, cancellationToken);
        }
    }

    private Task<Amazon.DynamoDBv2.Model.TableDescription?> DescribeAsync(CancellationToken cancellationToken) => calls.RunAsync(
        "DescribeTable",
        async token =>
        {
            try
            {
                return (await client.DescribeTableAsync(new DescribeTableRequest { TableName = name }, token)).Table;
            }
            catch (ResourceNotFoundException)
            {
                return (Amazon.DynamoDBv2.Model.TableDescription?)null;
            }
        },
        cancellationToken).AsTask();

    private async ValueTask CreateAsync(CancellationToken cancellationToken)
    {
        if (!mayCreate)
        {
            throw new StreamServiceException(
                StreamErrorKind.NotFound,
                $"The table {name} for records that are given up does not exist and may not be created (CreateTables is false). Create it with: aws dynamodb create-table --table-name {name} " +
                "--attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE --billing-mode PAY_PER_REQUEST");
        }

        var request = new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new KeySchemaElement(Attributes.PartitionKey, KeyType.HASH), new KeySchemaElement(Attributes.SortKey, KeyType.RANGE)],
            AttributeDefinitions = [new AttributeDefinition(Attributes.PartitionKey, ScalarAttributeType.S), new AttributeDefinition(Attributes.SortKey, ScalarAttributeType.S)],
        };
        await calls.RunAsync(
            "CreateTable",
            async token =>
            {
                try
                {
                    await client.CreateTableAsync(request, token);
                }
                catch (ResourceInUseException)
                {
                    // Another worker creates it: the next look tells.
                }

                return true;
            },
            cancellationToken);
    }

    private void CheckKeys(Amazon.DynamoDBv2.Model.TableDescription table)
    {
        var types = table.AttributeDefinitions.ToDictionary(definition => definition.AttributeName, definition => definition.AttributeType.Value, StringComparer.Ordinal);
        var found = string.Join(", ", table.KeySchema.Select(key => $"{key.AttributeName} ({types[key.AttributeName]}, {key.KeyType.Value})"));
        if (found != Keys)
            throw new StreamServiceException(StreamErrorKind.InvalidRequest, $"The table {name} cannot take records that are given up: its keys are {found}, and {Keys} is expected. Choose another table.");
    }
}
