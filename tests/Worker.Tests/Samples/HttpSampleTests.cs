using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using StreamWorker.Batches;
using StreamWorker.Tests.Shared;
using StreamWorker.Worker.Handlers;

namespace StreamWorker.Worker.Tests.Samples;

/// <summary>Runs the handlers of samples/http in their own languages against the Http handler.</summary>
public sealed class HttpSampleTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("node", "node-handler.mjs")]
    [InlineData("python3", "python_handler.py")]
    public async Task Sample_handles_a_batch_and_names_the_record_that_failed(string runtime, string file)
    {
        using var process = Start(runtime, file);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Longest);
            Assert.StartsWith("listening on port ", line);
            var endpoint = new HttpEndpoint(new Uri($"http://127.0.0.1:{line!.Split(' ')[^1]}/"), Longest, ReportsItemFailures: true);
            using var handler = new HttpBatchProcessor(endpoint, endpoint.NewClient(), TimeProvider.System, NullLogger<HttpBatchProcessor>.Instance);
            var withoutId = Records.Json("2").Replace("\"Keys\":{\"id\"", "\"Keys\":{\"other\"", StringComparison.Ordinal);

            var handled = await handler.ProcessAsync(Records.Three, Records.Context, CancellationToken.None);
            var failed = await handler.ProcessAsync(Records.Parse(Records.Simple("1"), withoutId, Records.Simple("3")), Records.Context, CancellationToken.None);

            Assert.Equal(BatchOutcome.Succeeded, handled.Outcome);
            Assert.True(failed.Outcome == BatchOutcome.PartlyFailed, $"{failed.Outcome}: {failed.Error}");
            Assert.Equal(["2"], failed.Identifiers());
            Assert.StartsWith("MODIFY ", await process.StandardOutput.ReadLineAsync().WaitAsync(Longest));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task T4_T6_sample_of_windows_carries_its_state_and_reports_at_the_windows_end()
    {
        using var process = Start("node", "window-handler.mjs");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Longest);
            var endpoint = new HttpEndpoint(new Uri($"http://127.0.0.1:{line!.Split(' ')[^1]}/"), Longest, ReportsItemFailures: false);
            using var handler = new HttpBatchProcessor(endpoint, endpoint.NewClient(), TimeProvider.System, NullLogger<HttpBatchProcessor>.Instance);
            var sales = Records.Parse(Records.Json("1", """{"total":{"N":"10.5"}}""", eventName: "INSERT"), Records.Json("2", """{"total":{"N":"2"}}""", eventName: "INSERT"));
            var window = new BatchWindow { Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch.AddMinutes(1) };

            foreach (var wanted in new[] { """{"orders":2,"total":12.5}""", """{"orders":4,"total":25}""" })
            {
                var result = await handler.ProcessAsync(sales, Records.Context.WithWindow(window), CancellationToken.None);
                Assert.True(result.Outcome == BatchOutcome.Succeeded, $"{result.Error}");
                Assert.Equal(wanted, System.Text.Encoding.UTF8.GetString(result.State!.Value.Span));
                window = window.With(result.State.Value, isFinal: false);
            }

            await handler.ProcessAsync([], Records.Context.WithWindow(window.With(window.State, isFinal: true)), CancellationToken.None);
            Assert.Equal("""1970-01-01T00:00:00Z shardId-00000001769847330123-fb9ebbab {"orders":4,"total":25}""", await process.StandardOutput.ReadLineAsync().WaitAsync(Longest));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static Process Start(string runtime, string file)
    {
        var start = new ProcessStartInfo(runtime, [Path.Combine(Repository.Root, "samples", "http", file)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PORT"] = "0";
        try
        {
            var process = Process.Start(start)!;
            process.BeginErrorReadLine();
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{runtime} is not installed: samples/http/{file} was not run.");
            throw;
        }
    }
}
