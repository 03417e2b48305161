using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Operates consumers through the lease store alone: no worker need run here, or anywhere.</summary>
internal sealed partial class ConsumerOperations : IConsumerOperations
{
    private const int MostTries = 5;
    private const int LongestName = 256;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly IServiceProvider _services;
    private readonly string _application;
    private readonly ILeaseStore _leases;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public ConsumerOperations(IServiceProvider services, IOptions<StreamWorkerOptions> options)
    {
        _services = services;
        _application = options.Value.Application;
        _leases = services.GetRequiredService<ILeaseStore>();
        _time = services.GetRequiredService<TimeProvider>();
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("StreamWorker.Operations");
        ConsumerNames = [.. services.GetServices<ConsumerRegistration>().Select(consumer => consumer.Name)];
    }

    public IReadOnlyCollection<string> ConsumerNames { get; }

    public ValueTask<OperationStatus> PauseAsync(string consumer, bool keepLeases, string by, CancellationToken cancellationToken = default) => ChangeAsync(
        consumer,
        by,
        OperationKind.Pause,
        keepLeases ? "leases are kept" : "leases are given back",
        (control, now) => control with { Pause = keepLeases ? PauseMode.KeepLeases : PauseMode.ReleaseLeases, PauseNumber = control.Number, PausedBy = by, PausedAt = now },
        cancellationToken);

    public ValueTask<OperationStatus> ResumeAsync(string consumer, string by, CancellationToken cancellationToken = default) => ChangeAsync(
        consumer,
        by,
        OperationKind.Resume,
        "goes on",
        (control, _) => control.Pause == PauseMode.None
            ? throw new OperationRefusedException($"Consumer '{consumer}' is not paused.")
            : new ConsumerControl(consumer, control.Number, PauseMode.None),
        cancellationToken);

    public async ValueTask<IReadOnlyList<StreamReset>> ResetAsync(string consumer, ResetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckName(request.By);
        var source = new StreamSource(ToolsOf(consumer));
        var resets = new List<StreamReset>();
        foreach (var (stream, _) in await source.FindAsync(cancellationToken))
        {
            if (await ResetAsync(source.ScopeOf(stream), request, cancellationToken) is { } reset)
                resets.Add(reset);
        }

        if (resets.Count == 0)
        {
            throw new OperationRefusedException(request.Position.Shard is { } shard
                ? $"Consumer '{consumer}' has no shard {shard}: its streams do not list it."
                : $"Consumer '{consumer}' has no position yet: it begins at its StartingPosition when it runs for the first time.");
        }

        return resets;
    }

    public async ValueTask<ConsumerOperationsStatus> GetOperationsAsync(string consumer, CancellationToken cancellationToken = default)
    {
        var source = new StreamSource(ToolsOf(consumer));
        var resets = new List<PendingReset>();
        var waitingFor = new List<string>();
        ConsumerControl? control = null;
        foreach (var (stream, _) in await source.FindAsync(cancellationToken))
        {
            // Workers are listed after leases: an owner writes its own row before it claims.
            var leases = await _leases.ListLeasesAsync(source.ScopeOf(stream), cancellationToken);
            var workers = await _leases.ListWorkersAsync(_application, cancellationToken);
            control = workers.ControlOf(consumer);
            waitingFor.AddRange(GroupProgress.WaitingFor(control, leases, workers));
            if (leases.Reset is { IsPending: true } order)
                resets.Add(new PendingReset(order.Operation, stream.Value, order.Shard?.Value, order.Start.ToString()));
        }

        var entries = await _leases.ListOperationsAsync(_application, consumer, cancellationToken);
        return new ConsumerOperationsStatus(consumer, StreamOrders.PauseOf(control), resets, [.. OperationStatus.Of(entries)], waitingFor);
    }

    public async ValueTask<ConsumerOperationsStatus> WaitAsync(string consumer, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var begun = _time.GetTimestamp();
        var tools = ToolsOf(consumer);
        var source = new StreamSource(tools);
        var carried = new Dictionary<string, (NewerStreamResets Newer, DetachedReset Own)>();
        while (true)
        {
            var status = await GetOperationsAsync(consumer, cancellationToken);
            if (status.HasFollowed || _time.GetElapsedTime(begun) >= limit)
                return status;
            // Where nobody holds a shard, nobody else may be there to do it.
            foreach (var reset in status.Resets)
            {
                var scope = source.ScopeOf(StreamArn.Parse(reset.Stream));
                if (!carried.TryGetValue(reset.Stream, out var steps))
                    carried.Add(reset.Stream, steps = (new NewerStreamResets(scope, tools), new DetachedReset(scope, tools)));
                var leases = await _leases.ListLeasesAsync(scope, cancellationToken);
                if (leases.Reset is { IsPending: true } order && await steps.Newer.CarryAsync(order, isOverdue: false, self: null, cancellationToken))
                    await steps.Own.CarryAsync(leases, self: null, cancellationToken);
            }

            await Task.Delay(LookInterval, _time, cancellationToken);
        }
    }

    private async ValueTask<StreamReset?> ResetAsync(LeaseScope scope, ResetRequest request, CancellationToken cancellationToken)
    {
        var tools = ToolsOf(scope.Consumer);
        var snapshot = await new ShardDiscovery(tools.Streams, scope.Stream, tools.Reader).ListAsync(cancellationToken);
        var leases = await _leases.ListLeasesAsync(scope, cancellationToken);
        if (request.Position.Shard is { } shard ? leases.All(lease => lease.Shard != shard) || !snapshot.Shards.ContainsKey(shard) : leases.Count == 0)
            return null;
        var wish = await new ResetWishes(tools).ResolveAsync(scope.Stream, snapshot, request, cancellationToken);
        var order = wish;
        OperationStatus? done = null;
        if (!request.IsDryRun)
        {
            done = await ChangeAsync(
                scope.Consumer,
                request.By,
                OperationKind.Reset,
                request.Position.ToString(),
                (control, _) => control,
                cancellationToken,
                async (control, entry) =>
                {
                    var last = (await _leases.ListLeasesAsync(scope, cancellationToken)).Reset;
                    if (last is { IsPending: true } && (wish.Shard is not null || last.Shard is not null))
                        throw new OperationRefusedException($"Operation {last.Operation} resets consumer '{scope.Consumer}' just now. Wait until it is carried out.");
                    order = wish with { Generation = (last?.Generation ?? 0) + 1, Operation = control.Number };
                    return (scope, order, entry with { Stream = scope.Stream.Value, Generation = order.Generation });
                });
        }
        else
            order = wish with { Generation = long.MaxValue };

        var plan = new ResetPlan(order, leases, snapshot);
        var moves = leases.Where(lease => plan.Concerns(lease.Shard)).OrderBy(lease => lease.Shard.Value, StringComparer.Ordinal).Select(lease =>
        {
            var reset = plan.Decide(lease, isGone: !snapshot.Shards.ContainsKey(lease.Shard));
            return new ShardMove(lease.Shard.Value, lease.Checkpoint?.ToString(), lease.State == LeaseState.Done, reset.State == LeaseState.Done ? null : reset.Start.ToString());
        });
        return new StreamReset(scope.Stream.Value, done?.Number, [.. moves]);
    }

    /// <summary>Stores a command on top of whatever stands, as often as somebody else is quicker.</summary>
    private async ValueTask<OperationStatus> ChangeAsync(
        string consumer,
        string by,
        OperationKind kind,
        string to,
        Func<ConsumerControl, DateTimeOffset, ConsumerControl> change,
        CancellationToken cancellationToken,
        Func<ConsumerControl, OperationEntry, ValueTask<(LeaseScope Scope, ResetOrder Reset, OperationEntry Entry)>>? reset = null)
    {
        CheckName(by);
        ToolsOf(consumer);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var observed = (await _leases.ListWorkersAsync(_application, cancellationToken)).ControlOf(consumer);
            var now = _time.GetUtcNow();
            var next = change(observed with { Number = observed.Number + 1 }, now);
            var entry = new OperationEntry(next.Number, kind, by, now, to);
            var command = new ConsumerCommand(_application, observed, next, entry);
            if (reset is not null)
            {
                var (scope, order, scoped) = await reset(next, entry);
                command = command with { Scope = scope, Reset = order, Entry = scoped };
            }

            if (!await _leases.CommandAsync(command, cancellationToken))
                continue;
            LogOrdered(consumer, next.Number, kind, to, by);
            return OperationStatus.Of([command.Entry]).Single();
        }

        throw new OperationRefusedException($"Others operate consumer '{consumer}' at the same time: {MostTries} times somebody was quicker. Look at what was done, and try again.");
    }

    private static void CheckName(string by)
    {
        if (string.IsNullOrWhiteSpace(by) || by.Length > LongestName)
            throw new OperationRefusedException($"Who does it must be said, in 1 to {LongestName} characters.");
    }

    private ConsumerTools ToolsOf(string consumer) => ConsumerNames.Contains(consumer)
        ? ConsumerTools.Of(consumer, _services)
        : throw new OperationRefusedException($"There is no consumer '{consumer}'; configured here are {string.Join(", ", ConsumerNames)}.");

    [LoggerMessage(4071, LogLevel.Information, "{Consumer}: operation {Number} is ordered: {Kind}, {To}, by {By}.")]
    private partial void LogOrdered(string consumer, long number, OperationKind kind, string to, string by);
}
