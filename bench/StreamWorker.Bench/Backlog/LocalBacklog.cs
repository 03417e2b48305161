using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoDbValue = Amazon.DynamoDBv2.Model.AttributeValue;

namespace StreamWorker.Bench.Backlog;

/// <summary>A DynamoDB Local with a table whose stream holds the backlog.</summary>
internal sealed class LocalBacklog(Uri endpoint, StreamArn stream) : IAsyncDisposable
{
    private const int BatchSize = 25;
    private const int Writers = 4;

    public Uri Endpoint => endpoint;

    public StreamArn Stream => stream;

    public static async Task<LocalBacklog> PrepareAsync(int records)
    {
        var endpoint = new Uri((await RunAsync("start", "--engine", "java")).Trim());
        using var client = new AmazonDynamoDBClient(new BasicAWSCredentials("test", "test"), new AmazonDynamoDBConfig { ServiceURL = endpoint.ToString() });
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = "Bench",
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
            KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
            StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = StreamViewType.NEW_IMAGE },
        });
        Console.Error.WriteLine($"writing {records:N0} items to DynamoDB Local");
        var note = new string('x', 900);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var first = writer * BatchSize; first < records; first += Writers * BatchSize)
            {
                var writes = Enumerable.Range(first, Math.Min(BatchSize, records - first)).Select(i => new WriteRequest(new PutRequest(new Dictionary<string, DynamoDbValue>
                {
                    ["id"] = new() { S = i.ToString(CultureInfo.InvariantCulture) },
                    ["note"] = new() { S = note },
                })));
                await client.BatchWriteItemAsync(new BatchWriteItemRequest(new Dictionary<string, List<WriteRequest>> { ["Bench"] = [.. writes] }));
            }
        }));
        var table = await client.DescribeTableAsync("Bench");
        return new LocalBacklog(endpoint, StreamArn.Parse(table.Table.LatestStreamArn));
    }

    public async ValueTask DisposeAsync() => await RunAsync("stop", "--port", endpoint.Port.ToString(CultureInfo.InvariantCulture));

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tools/dynamodb-local/dynamodb-local", arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"dynamodb-local ended with exit code {process.ExitCode}.");
    }
}
