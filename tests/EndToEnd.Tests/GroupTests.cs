using System.Globalization;
using System.Text;
using StreamWorker.Tests.Shared;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>Several worker processes on one emulator whose shards roll every 12 seconds, and to whom everything happens that happens to processes.</summary>
/// <remarks><c>STREAMWORKER_GROUP_ROUNDS</c> makes a longer run of it, <c>STREAMWORKER_GROUP_SEED</c> another one; <c>STREAMWORKER_GROUP_LEASE</c> sets the lease's seconds.</remarks>
public sealed class GroupTests
{
    private const int Tables = 6;
    private const int Workers = 3;

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);
    private static readonly int Rounds = Number("STREAMWORKER_GROUP_ROUNDS", 1);
    private static readonly int Seed = Number("STREAMWORKER_GROUP_SEED", 20261126);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(Number("STREAMWORKER_GROUP_LEASE", 3));

    private enum Blow
    {
        Kill,
        Terminate,
        Pause,
        Cut,
    }

    [Fact]
    public async Task Three_workers_on_six_rolling_streams_lose_nothing_and_keep_every_items_order_whatever_happens_to_them_I1_I2()
    {
        var random = new Random(Seed);
        await using var emulator = await Emulator.StartAsync("--speed", "1200");
        await using var recorder = await Recorder.StartAsync();
        await using var group = new Group(emulator, recorder);
        await group.CreateTablesAsync();
        for (var i = 0; i < Workers; i++)
            await group.StartWorkerAsync();
        using var finished = new CancellationTokenSource();
        var writing = group.WriteAsync(finished.Token);
        await recorder.UntilAsync(state => state.Last.Count == Tables, Bound, group.Logs);

        var blows = new List<(Blow Blow, TimeSpan At, string Worker)>();
        for (var round = 0; round < Rounds; round++)
        {
            var order = Enum.GetValues<Blow>();
            random.Shuffle(order);
            foreach (var blow in order)
            {
                var owners = recorder.Last.Select(delivery => delivery.Worker).Distinct().Order().ToList();
                var name = owners[random.Next(owners.Count)];
                var victim = group.Members.Single(member => member.Name == name);
                blows.Add((blow, recorder.Now, victim.Name));
                await group.StrikeAsync(blow, victim, Bound);
            }
        }

        await finished.CancelAsync();
        await writing;
        await recorder.UntilAsync(state => state.Distinct >= group.Written, Bound, group.Logs);
        await group.StopAsync();
        foreach (var table in group.Orders)
            recorder.AssertCompleteAndInOrder(table);
        AssertNothingOlderWithinAnEpoch(recorder);
        var alarms = string.Join('\n', group.Logs().Split('\n').Where(line => line.Contains(" crit: ", StringComparison.Ordinal)));
        Assert.True(alarms.Length == 0, alarms);
        var repeated = CountRepeated(recorder, blows, group);
        TestContext.Current.SendDiagnosticMessage(Report(recorder, blows, repeated, group.Written));
        TestContext.Current.TestOutputHelper?.WriteLine(Report(recorder, blows, repeated, group.Written));
    }

    /// <summary>Checks that under one owner a shard's records follow each other; only a batch that was not acknowledged comes again, from its start.</summary>
    private static void AssertNothingOlderWithinAnEpoch(Recorder recorder)
    {
        foreach (var owned in recorder.Deliveries.GroupBy(delivery => (delivery.Table, delivery.Shard, delivery.Epoch)))
        {
            SequenceNumber? last = null;
            foreach (var delivery in owned)
            {
                Assert.True(last is null || delivery.SequenceNumber > last, $"{owned.Key}: {delivery.SequenceNumber} after {last}.");
                last = delivery.SequenceNumber;
            }
        }
    }

    /// <summary>Counts what was delivered twice, by what had happened to the worker that handled it first. One that was asked to stop, and lost no lease, leaves nothing to be repeated.</summary>
    private static Dictionary<Blow, int> CountRepeated(Recorder recorder, List<(Blow Blow, TimeSpan At, string Worker)> blows, Group group)
    {
        var repeated = Enum.GetValues<Blow>().ToDictionary(blow => blow, _ => 0);
        foreach (var times in recorder.Deliveries.GroupBy(delivery => (delivery.Table, delivery.Item, delivery.Change)).Where(times => times.Count() > 1))
        {
            var first = times.First();
            foreach (var again in times.Skip(1))
            {
                // A machine that is too busy lets a lease run out by itself; the worker says so.
                var reason = blows.LastOrDefault(blow => blow.At <= again.At && blow.Worker == first.Worker);
                var isLost = group.HasLostLeases(first.Worker);
                Assert.True(isLost || (reason.Worker is not null && reason.Blow != Blow.Terminate), $"{times.Key} was handled by {first.Worker} at {first.At} and by {again.Worker} at {again.At}; {reason}.\n{group.Logs()}");
                if (reason.Worker is not null)
                    repeated[reason.Blow]++;
            }
        }

        return repeated;
    }

    private static string Report(Recorder recorder, List<(Blow Blow, TimeSpan At, string Worker)> blows, Dictionary<Blow, int> repeated, int written)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {Seed}, lease {Lease.TotalSeconds} s: {written} changes, {recorder.Deliveries.Select(delivery => (delivery.Table, delivery.Shard)).Distinct().Count()} shards.");
        var byTable = recorder.Deliveries.GroupBy(delivery => delivery.Table).Select(deliveries => deliveries.ToList()).ToList();
        foreach (var blow in Enum.GetValues<Blow>())
        {
            // From the last record that the struck worker handled of a shard to the next one that anybody handles of its table.
            var silences = blows.Where(entry => entry.Blow == blow).SelectMany(entry => byTable.Select(deliveries => SilenceAfter(deliveries, entry.At, entry.Worker))).OfType<TimeSpan>().ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"{blow}: {blows.Count(entry => entry.Blow == blow)} times, {repeated[blow]} records handled again; silence of its shards {Distribution(silences)}");
        }

        var rolls = byTable.SelectMany(deliveries => deliveries.Zip(deliveries.Skip(1)))
            .Where(pair => pair.First.Shard != pair.Second.Shard && pair.First.Worker == pair.Second.Worker)
            .Select(pair => pair.Second.At - pair.First.At).ToList();
        text.AppendLine(CultureInfo.InvariantCulture, $"Rolls: silence between parent and child {Distribution(rolls)}");
        return text.ToString();
    }

    private static TimeSpan? SilenceAfter(List<Delivery> deliveries, TimeSpan at, string worker)
    {
        var last = deliveries.FindLastIndex(delivery => delivery.At <= at);
        if (last < 0 || deliveries[last].Worker != worker)
            return null;
        var next = deliveries.FindIndex(last, delivery => delivery.Worker != worker);
        return next < 0 ? null : deliveries[next].At - deliveries[next - 1].At;
    }

    private static string Distribution(List<TimeSpan> times)
    {
        if (times.Count == 0)
            return "(none)";
        times.Sort();
        string At(double share) => string.Create(CultureInfo.InvariantCulture, $"{times[(int)Math.Min(times.Count - 1, share * times.Count)].TotalMilliseconds:F0}");
        return $"of {times.Count}, in ms: p50 {At(0.5)}, p90 {At(0.9)}, p99 {At(0.99)}, longest {At(1)}";
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>A worker, its own way to the emulator, and its name.</summary>
    private sealed record Member(string Name, WorkerProcess Process, Cable Cable);

    private sealed class Group(Emulator emulator, Recorder recorder) : IAsyncDisposable
    {
        private readonly Dictionary<string, string> _ended = [];
        private readonly List<Member> _members = [];
        private int _names;

        public IReadOnlyList<Member> Members => _members;

        public List<OrdersTable> Orders { get; } = [.. Enumerable.Range(1, Tables).Select(i => new OrdersTable(emulator.Endpoint, $"Orders{i}"))];

        public int Written => Orders.Sum(table => table.Count);

        public string Logs() => $"{string.Join('\n', _ended.Values)}\n{string.Join('\n', _members.Select(member => $"--- {member.Name}\n{member.Process.Log}"))}";

        /// <summary>Tells whether a worker has said that a shard was not its own any more.</summary>
        public bool HasLostLeases(string worker) =>
            (_ended.GetValueOrDefault(worker) ?? _members.Single(member => member.Name == worker).Process.Log).Contains(" was lost", StringComparison.Ordinal);

        public Task CreateTablesAsync() => Task.WhenAll(Orders.Select(table => table.CreateAsync()));

        /// <summary>Writes to all tables, each table's items one after the other, until it is told to stop.</summary>
        public Task WriteAsync(CancellationToken stop) => Task.WhenAll(Orders.Select(async table =>
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await table.ChangeAsync($"order-{i % 10:D4}");
                await tick.WaitForNextTickAsync(CancellationToken.None);
            }
        }));

        public async Task StartWorkerAsync()
        {
            var name = $"w{++_names}";
            var cable = new Cable(emulator.Endpoint);
            var settings = new Dictionary<string, string>();
            foreach (var table in Orders)
            {
                foreach (var (key, value) in Settings.For(table, recorder, ("MaximumRetryDelay", "00:00:01")))
                    settings[key] = key.EndsWith("Handler__Url", StringComparison.Ordinal) ? $"{value}?worker={name}" : value;
            }

            settings["Application"] = "group";
            settings["WorkerId"] = name;
            settings["LeaseDuration"] = Lease.ToString();
            var member = new Member(name, WorkerProcess.Start(cable.Endpoint, settings), cable);
            _members.Add(member);
            await member.Process.WaitUntilReadyAsync();
        }

        /// <summary>Does something to a worker, waits until others go on with all that it had, and makes the group whole again.</summary>
        public async Task StrikeAsync(Blow blow, Member victim, TimeSpan bound)
        {
            var had = recorder.Last.Where(delivery => delivery.Worker == victim.Name).Select(delivery => delivery.Table).ToHashSet();
            switch (blow)
            {
                case Blow.Kill:
                    victim.Process.Kill();
                    break;
                case Blow.Terminate:
                    victim.Process.Terminate();
                    break;
                case Blow.Pause:
                    victim.Process.Pause();
                    break;
                default:
                    victim.Cable.Cut();
                    break;
            }

            await recorder.UntilAsync(state => state.Last.Count(delivery => had.Contains(delivery.Table) && delivery.Worker != victim.Name) == had.Count, bound, () => $"{blow} of {victim.Name}\n{Logs()}");
            switch (blow)
            {
                case Blow.Pause:
                    victim.Process.Resume();
                    await victim.Process.WaitUntilReadyAsync();
                    return;
                case Blow.Cut:
                    victim.Cable.Mend();
                    await victim.Process.WaitUntilReadyAsync();
                    return;
                default:
                    await victim.Process.WaitForExitAsync(bound);
                    if (blow == Blow.Terminate)
                        Assert.True(victim.Process.ExitCode == 0, victim.Process.Log);
                    await RemoveAsync(victim);
                    await StartWorkerAsync();
                    return;
            }
        }

        public async Task StopAsync()
        {
            foreach (var member in _members)
                member.Process.Terminate();
            foreach (var member in _members)
            {
                await member.Process.WaitForExitAsync(TimeSpan.FromSeconds(60));
                Assert.True(member.Process.ExitCode == 0, member.Process.Log);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var member in _members.ToList())
                await RemoveAsync(member);
            foreach (var table in Orders)
                table.Dispose();
        }

        private async Task RemoveAsync(Member member)
        {
            _members.Remove(member);
            _ended[member.Name] = $"--- {member.Name}\n{member.Process.Log}";
            await member.Process.DisposeAsync();
            await member.Cable.DisposeAsync();
        }
    }
}
