using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

public sealed class StartTests(DynamoDbLocal local)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Missing_table_is_one_message_with_key_value_and_rule_and_exit_code_1()
    {
        await using var worker = WorkerProcess.Start(await local.EndpointAsync(), new Dictionary<string, string> { ["Consumers__orders__TableName"] = "NoSuchTable" });
        await worker.WaitForExitAsync(Bound);
        Assert.Equal(1, worker.ExitCode);
        Assert.Contains("StreamWorker:Consumers:orders:TableName = 'NoSuchTable': there is no such table", worker.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_without_stream_is_said_with_the_command_that_enables_one_and_exit_code_1()
    {
        using var table = new OrdersTable(await local.EndpointAsync(), "Streamless");
        await table.CreateAsync(withStream: false);
        await using var worker = WorkerProcess.Start(await local.EndpointAsync(), new Dictionary<string, string> { ["Consumers__orders__TableName"] = "Streamless" });
        await worker.WaitForExitAsync(Bound);
        Assert.Equal(1, worker.ExitCode);
        Assert.Contains("aws dynamodb update-table --table-name Streamless --stream-specification StreamEnabled=true", worker.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_every_kind_come_in_one_message_that_names_each_key_value_and_rule_and_exit_code_is_not_0()
    {
        await using var worker = WorkerProcess.Start(await local.EndpointAsync(), new Dictionary<string, string>
        {
            ["LeaseDurration"] = "00:00:03",
            ["Consumers__orders__TableName"] = "Orders",
            ["Consumers__orders__BatchSize"] = "10001",
            ["Consumers__orders__Handler__Type"] = "Http",
            ["Consumers__orders__Handler__Url"] = "not a url",
        });
        await worker.WaitForExitAsync(Bound);
        Assert.NotEqual(0, worker.ExitCode);
        Assert.Contains("LeaseDurration", worker.Log, StringComparison.Ordinal);
        Assert.Contains("BatchSize", worker.Log, StringComparison.Ordinal);
        Assert.Contains("10001", worker.Log, StringComparison.Ordinal);
        Assert.Contains("not a url", worker.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Log, StringComparison.Ordinal);
    }
}
