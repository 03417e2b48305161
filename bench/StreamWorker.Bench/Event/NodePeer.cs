using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace StreamWorker.Bench.Event;

/// <summary>The published normalizer of middy with its recipe's handler loop, in a Node process that works only when asked, on the same bytes. It normalizes every image, whatever the handler reads.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    public const string Chain = "peer: Node, JSON.parse, @middy/event-normalizer, handler loop";

    private const string Folder = "bench/node";

    private readonly List<Sample> _parses = [];
    private readonly List<Sample> _chains = [];
    private readonly Process _node;
    private readonly string _file;

    private NodePeer(Process node, string file)
    {
        _node = node;
        _file = file;
    }

    /// <summary>Starts Node and waits until its code is warm.</summary>
    public static async Task<NodePeer?> StartAsync(byte[] utf8, TimeSpan share)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            Console.Error.WriteLine("node: not measured, because bench/node/node_modules is missing (bench/run installs it where npm is)");
            return null;
        }

        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, utf8);
        var arguments = new[] { Path.Combine(Folder, "event.mjs"), file, share.TotalMilliseconds.ToString(CultureInfo.InvariantCulture) };
        var start = new ProcessStartInfo("node", arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        var peer = new NodePeer(Process.Start(start)!, file);
        await peer.ReadLineAsync();
        return peer;
    }

    /// <summary>Has Node do one round of each.</summary>
    public async Task MeasureAsync()
    {
        await _node.StandardInput.WriteLineAsync("round");
        var round = JsonElement.Parse(await ReadLineAsync());
        _parses.Add(new Sample(round.GetProperty("parse").GetDouble(), 0));
        _chains.Add(new Sample(round.GetProperty("chain").GetDouble(), 0));
    }

    public IEnumerable<EventResult> Results(int records, int bytes, List<Sample> limit) =>
    [
        EventResult.Of(new EventSubject("peer: Node, JSON.parse alone", () => 0, CountsAllocations: false), records, bytes, _parses, limit),
        EventResult.Of(new EventSubject(Chain, () => 0, CountsAllocations: false), records, bytes, _chains, limit),
    ];

    public async ValueTask DisposeAsync()
    {
        _node.StandardInput.Close();
        await _node.WaitForExitAsync();
        _node.Dispose();
        File.Delete(_file);
    }

    private async Task<string> ReadLineAsync() => await _node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Node has ended.");
}
