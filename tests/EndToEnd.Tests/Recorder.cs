using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamWorker.EndToEnd.Tests;

/// <summary>A handler behind HTTP that remembers what it was given, in the order in which it was given it.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly WebApplication _server;
    private readonly List<Delivery> _deliveries = [];
    private readonly List<(Func<Recorder, bool> Condition, TaskCompletionSource Reached)> _waiting = [];

    private Recorder(WebApplication server) => _server = server;

    /// <summary>Gets or sets what decides whether a batch fails before anything of it is handled.</summary>
    public Func<IReadOnlyList<Delivery>, bool> Fails { get; set; } = _ => false;

    public Uri Url => new(_server.Urls.First());

    /// <summary>Gets the records that were handled, duplicates included.</summary>
    public IReadOnlyList<Delivery> Deliveries
    {
        get
        {
            lock (_gate)
                return [.. _deliveries];
        }
    }

    public int FailedBatches { get; private set; }

    /// <summary>Gets how many different changes were handled. Cheap: it is asked after each batch.</summary>
    public int Distinct => _seen.Count;

    private readonly HashSet<(string, string, int)> _seen = [];
    private readonly Dictionary<string, Delivery> _last = [];
    private readonly System.Diagnostics.Stopwatch _clock = System.Diagnostics.Stopwatch.StartNew();

    /// <summary>Gets the time on the clock of <see cref="Delivery.At"/>.</summary>
    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Gets the last record of each table that was handled.</summary>
    public IReadOnlyList<Delivery> Last
    {
        get
        {
            lock (_gate)
                return [.. _last.Values];
        }
    }

    public static async Task<Recorder> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        var recorder = new Recorder(server);
        server.MapPost("/", recorder.HandleAsync);
        await server.StartAsync();
        return recorder;
    }

    /// <summary>Waits until a condition holds that is looked at after each batch.</summary>
    public async Task UntilAsync(Func<Recorder, bool> condition, TimeSpan bound, Func<string> otherwise)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (condition(this))
                return;
            _waiting.Add((condition, reached));
        }

        try
        {
            await reached.Task.WaitAsync(bound);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"Not within {bound}; {Distinct} changes were handled. {otherwise()}", e);
        }
    }

    /// <summary>Checks that each item's changes were first delivered completely and in the order of writing.</summary>
    public void AssertCompleteAndInOrder(OrdersTable table)
    {
        var first = Deliveries.Where(delivery => delivery.Table == table.Name).DistinctBy(delivery => (delivery.Item, delivery.Change)).ToLookup(delivery => delivery.Item, delivery => delivery.Change);
        foreach (var (item, changes) in table.Written)
            Assert.Equal(changes, first[item]);
        Assert.Equal(table.Written.Count, first.Count);
    }

    /// <summary>Checks that nothing of a shard came before its parent's last record.</summary>
    public void AssertParentsBeforeChildren(IReadOnlyDictionary<string, string?> parents)
    {
        var deliveries = Deliveries;
        foreach (var (child, parent) in parents)
        {
            var begun = deliveries.Index().Where(entry => entry.Item.Shard == child).Select(entry => (int?)entry.Index).FirstOrDefault();
            var lastOfParent = deliveries.Index().Where(entry => entry.Item.Shard == parent).Select(entry => (int?)entry.Index).LastOrDefault();
            if (begun is not null && lastOfParent is not null)
                Assert.True(lastOfParent < begun, $"{child} was begun at delivery {begun}, before delivery {lastOfParent} of its parent {parent}.");
        }
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var page = RecordPage.Parse(body.ToArray());
        var shard = context.Request.Headers["X-StreamWorker-Shard-Id"].ToString();
        var epoch = long.Parse(context.Request.Headers["X-StreamWorker-Lease-Epoch"].ToString());
        var worker = context.Request.Query["worker"].ToString();
        var batch = page.Records.Select(record => Read(record, shard, epoch) with { Worker = worker }).ToList();
        var failed = Accept(batch);
        context.Response.StatusCode = failed ? 500 : 200;
        if (!failed)
            await context.Response.BodyWriter.WriteAsync("{\"batchItemFailures\":[]}"u8.ToArray());
    }

    private bool Accept(List<Delivery> batch)
    {
        lock (_gate)
        {
            var now = _clock.Elapsed;
            var failed = Fails(batch);
            if (failed)
            {
                FailedBatches++;
            }
            else
            {
                _deliveries.AddRange(batch.Select(delivery => delivery with { At = now }));
                _last[batch[^1].Table] = batch[^1] with { At = now };
                foreach (var delivery in batch)
                    _seen.Add((delivery.Table + delivery.Item, delivery.Change.Event, delivery.Change.Version));
            }

            foreach (var waiting in _waiting.Where(waiting => waiting.Condition(this)).ToList())
            {
                _waiting.Remove(waiting);
                waiting.Reached.TrySetResult();
            }

            return failed;
        }
    }

    private static Delivery Read(StreamRecord record, string shard, long epoch)
    {
        var image = record.NewImage ?? record.OldImage!;
        var change = new Change(record.EventName.ToString().ToUpperInvariant(), (int)image.GetInt64("version"));
        return new Delivery(record.StreamArn.TableName, record.Keys.GetString("id"), change, shard, epoch, record.SequenceNumber);
    }
}

/// <summary>A record as it was delivered.</summary>
internal sealed record Delivery(string Table, string Item, Change Change, string Shard, long Epoch, SequenceNumber SequenceNumber)
{
    /// <summary>Gets which worker delivered it, where its handler's URL says so (<c>?worker=…</c>).</summary>
    public string Worker { get; init; } = "";

    /// <summary>Gets when it was handled.</summary>
    public TimeSpan At { get; init; }
}
