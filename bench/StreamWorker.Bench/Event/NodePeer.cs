using System.Diagnostics;
using System.Text.Json;

namespace StreamWorker.Bench.Event;

/// <summary>The published normalizer of middy with its recipe's handler loop, in Node, on the same bytes. It normalizes every image, whatever the handler reads.</summary>
internal static class NodePeer
{
    public const string Chain = "peer: Node, JSON.parse, @middy/event-normalizer, handler loop";

    private const string Folder = "bench/node";

    public static async Task<IReadOnlyList<EventResult>> MeasureAsync(int records, byte[] utf8, double limit)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            Console.Error.WriteLine("node: not measured, because bench/node/node_modules is missing (bench/run installs it where npm is)");
            return [];
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, utf8);
            var start = new ProcessStartInfo("node", [Path.Combine(Folder, "event.mjs"), file]) { UseShellExecute = false, RedirectStandardOutput = true };
            using var node = Process.Start(start)!;
            var output = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            if (node.ExitCode != 0)
                throw new InvalidOperationException($"node ended with exit code {node.ExitCode}.");
            var answer = JsonElement.Parse(output);
            return
            [
                Result("peer: Node, JSON.parse alone", answer.GetProperty("parse").GetDouble()),
                Result(Chain, answer.GetProperty("chain").GetDouble()),
            ];
        }
        finally
        {
            File.Delete(file);
        }

        EventResult Result(string name, double microseconds) =>
            new(name, records, microseconds, utf8.Length / (double)records / microseconds, microseconds / limit, microseconds / limit, microseconds / limit, null, null);
    }
}
