using System.Diagnostics;
using System.Globalization;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>A handler in another language behind a server that is not ours, which speaks HTTP/1.0 and closes each connection after its answer.</summary>
public sealed class PythonHandlerTests(DynamoDbLocal local)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Handler_that_breaks_off_fails_and_sleeps_is_called_again_and_the_change_that_it_never_accepts_is_given_up_alone()
    {
        using var handler = Start();
        var folder = Directory.CreateTempSubdirectory("streamworker-given-up-");
        try
        {
            var port = int.Parse((await ReadAsync(handler))!, CultureInfo.InvariantCulture);
            using var table = new OrdersTable(await local.EndpointAsync(), "Python");
            await table.CreateAsync();
            await table.WriteAsync(items: 10, changesPerItem: 10, writers: 2);
            await using var worker = WorkerProcess.Start(await local.EndpointAsync(), new Dictionary<string, string>
            {
                ["Application"] = "end-to-end",
                ["Consumers__python__TableName"] = table.Name,
                ["Consumers__python__FunctionResponseTypes__0"] = "ReportBatchItemFailures",
                ["Consumers__python__FailurePolicy"] = "Isolate",
                ["Consumers__python__BatchSize"] = "10",
                ["Consumers__python__MaximumRetryAttempts"] = "5",
                ["Consumers__python__RetryDelay"] = "00:00:00.05",
                ["Consumers__python__MaximumRetryDelay"] = "00:00:00.2",
                ["Consumers__python__Handler__Type"] = "Http",
                ["Consumers__python__Handler__Url"] = $"http://127.0.0.1:{port}/",
                ["Consumers__python__Handler__Timeout"] = "00:00:01",
                ["Consumers__python__DestinationConfig__OnFailure__Destination"] = $"folder:{folder.FullName}",
            });

            var handled = new List<(string Item, Change Change)>();
            while (handled.Distinct().Count() < table.Count - 1)
            {
                var line = (await ReadAsync(handler))!.Split(' ');
                handled.Add((line[0], new Change(line[1], int.Parse(line[2], CultureInfo.InvariantCulture))));
            }

            await Eventually.TrueAsync(() => Task.FromResult(folder.GetFiles("*.json", SearchOption.AllDirectories).Length > 0), Bound, () => $"the change is given up: {worker.Log}");
            var first = handled.Distinct().ToLookup(one => one.Item, one => one.Change);
            foreach (var (item, changes) in table.Written)
                Assert.Equal(changes.Where(change => item != "order-0003" || change != new Change("MODIFY", 3)), first[item]);
            Assert.Contains("order-0003", await File.ReadAllTextAsync(Assert.Single(folder.GetFiles("*.json", SearchOption.AllDirectories)).FullName), StringComparison.Ordinal);
            foreach (var reason in new[] { "broke off the call", "failed: 500", "did not answer within" })
                Assert.Contains(reason, worker.Log, StringComparison.Ordinal);
        }
        finally
        {
            handler.Kill();
            await handler.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static Process Start()
    {
        try
        {
            return Process.Start(new ProcessStartInfo("python3", [Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Peers", "python_handler.py")]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed: the handler in Python was not run.");
            throw;
        }
    }

    private static async Task<string?> ReadAsync(Process handler) => await handler.StandardOutput.ReadLineAsync().WaitAsync(Bound);
}
