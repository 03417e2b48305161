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
