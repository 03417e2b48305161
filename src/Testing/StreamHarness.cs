using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamWorker.Batches;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Testing.Running;

namespace StreamWorker.Testing;

/// <summary>
/// Runs a consumer on a table in memory: the whole worker, with leases, shards, delivery, retries and checkpoints, in time that passes only when nothing is left to do.
/// A test writes to <see cref="Table"/>, calls <see cref="DrainAsync"/> and looks at what was handled; retries with minutes between them take no time.
/// </summary>
/// <remarks>
/// <para>
/// The worker runs only inside of <see cref="StartAsync"/>, <see cref="DrainAsync"/>, <see cref="SettleAsync"/>, <see cref="AdvanceAsync"/> and <see cref="StopWorkerAsync"/>; between them everything stands still.
/// Everything runs one step at a time and in the same order every time, but for what handlers do outside of the harness: real input and output, threads of their own.
/// </para>
/// <para>
/// Time: handlers get the harness's clock as their <see cref="TimeProvider"/>. It goes to the next moment at which something is due whenever nothing else is left to do. While a handler
/// waits for anything but a delay on this clock, the harness waits for it in real time, and the clock stands still.
/// </para>
/// <para>Everything that tells what happened may be read at any time and from any thread; the methods that run the worker are called one after the other.</para>
/// </remarks>
/// <example>
/// <code>
/// await using var harness = StreamHarness.Create(
///     consumer => consumer.FromTable("Orders").Handle&lt;IndexOrder&gt;(),
///     services => services.AddSingleton&lt;ISearchClient&gt;(index));
/// harness.Table.Put(new TestItem().With("id", "o-1").With("total", 12.5m));
/// await harness.DrainAsync();
/// </code>
/// </example>
public sealed partial class StreamHarness : IAsyncDisposable
{
    private const string DefaultTableName = "Table";

    private readonly HarnessWorld _world;
    private readonly ServiceCollection _registrations;
    private readonly string _application;
    private readonly TimeSpan _patience;
    private HarnessWorker _worker;

    private StreamHarness(HarnessWorld world, ServiceCollection registrations)
    {
        _world = world;
        _registrations = registrations;
        _worker = new HarnessWorker(world, registrations);
        _application = Services.GetRequiredService<IOptions<StreamWorkerOptions>>().Value.Application;
        var consumer = Services.GetRequiredService<IOptionsMonitor<ConsumerOptions>>().Get(world.Options.ConsumerName);
        _patience = world.Options.Patience + consumer.MaximumRetryDelay;
        Table = world.Streams.CreateTable(consumer.TableName!, world.Options.Table);
    }

    /// <summary>Gets the table that the consumer reads. Writes, rolls, splits and trims take effect at once, also from within a handler.</summary>
    public InMemoryTable Table { get; }

    /// <summary>Gets the streams, for their faults and for what was called.</summary>
    public InMemoryStreams Streams => _world.Streams;

    /// <summary>Gets the lease store, for its faults and for what was stored.</summary>
    public InMemoryLeaseStore Leases => _world.Leases;

    /// <summary>Gets the failure destination, for its faults: the one that stands for whatever queue, topic, bucket, table or folder the consumer's settings name.</summary>
    /// <remarks>A destination that the consumer has in code (<c>OnFailure(services => …)</c>) stays what it is; records that are given up by a consumer without destination go nowhere.</remarks>
    public InMemoryFailureDestination FailureDestination => _world.FailureDestination;

    /// <summary>Gets the harness's clock. Nothing but the harness moves it.</summary>
    public TimeProvider Time => _world.Clock;

    /// <summary>Gets the services of the worker's process. A worker that was started anew has new ones; what must outlive it is given as an instance.</summary>
    public IServiceProvider Services => _worker.Services;

    /// <summary>Gets or sets what is awaited before each record is handled, with the handler's cancellation token: a hook for what is to happen just then. An error from it fails the record.</summary>
    /// <value>The default is null. Where the consumer handles batches, it is awaited for each record of a batch before the batch is handled.</value>
    public Func<StreamRecord, CancellationToken, ValueTask>? OnHandling
    {
        get => _world.OnHandling;
        set => _world.OnHandling = value;
    }

    /// <summary>Makes a harness. Settings and handlers are checked now, as a host checks them at start; nothing runs yet.</summary>
    /// <param name="configure">Says what the consumer reads and how it handles it, as in the Worker and in Lambda.</param>
    /// <param name="services">Registers what the handlers need, fakes for instance; null when they need nothing. A <see cref="TimeProvider"/> that is registered here gives way to the harness's clock.</param>
    /// <param name="options">How the harness is set up; null for the defaults.</param>
    /// <returns>The harness. It is to be disposed of.</returns>
    /// <exception cref="InvalidOperationException">The consumer has no handler, or one that cannot be made.</exception>
    /// <exception cref="OptionsValidationException">A setting of the consumer or of the worker is out of its range.</exception>
    /// <exception cref="AggregateException">Both have such settings: one <see cref="OptionsValidationException"/> for each.</exception>
    public static StreamHarness Create(Action<ConsumerBuilder> configure, Action<IServiceCollection>? services = null, StreamHarnessOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        options ??= new StreamHarnessOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaximumAttempts);
        var world = new HarnessWorld(options);
        var registrations = new ServiceCollection();
        registrations.AddLogging();
        registrations.Configure<StreamWorkerOptions>(worker =>
        {
            worker.WorkerId = "harness";
            // Time passes in leaps here: a handler that waits for it does not stand still.
            worker.StallTimeout = TimeSpan.FromDays(1);
        });
        services?.Invoke(registrations);
        registrations.AddStreamWorkerConsumers(worker => worker.AddConsumer(options.ConsumerName, consumer =>
        {
            consumer.UseBatch(provider => new ConsumerLayer(provider.GetRequiredService<HarnessWorker>(), world));
            configure(consumer);
            if (consumer.HandlesBatches)
                consumer.UseBatch((Func<IServiceProvider, IBatchMiddleware>)(provider => new HandlerLayer(provider.GetRequiredService<HarnessWorker>(), world)));
            else
                consumer.Use((Func<IServiceProvider, Pipeline.IRecordMiddleware>)(provider => new HandlerLayer(provider.GetRequiredService<HarnessWorker>(), world)));
        }));
        registrations.PostConfigure<ConsumerOptions>(options.ConsumerName, NameTable);
        return new StreamHarness(world, registrations);
    }

    /// <summary>Gets the stored position of a shard: every record up to it is finished.</summary>
    /// <param name="shard">The shard.</param>
    /// <returns>The position; null before the first one, and where the shard has no lease.</returns>
    public SequenceNumber? CheckpointOf(ShardId shard) =>
        Leases.Leases.FirstOrDefault(entry => entry.Lease.Shard == shard && entry.Scope.Consumer == _world.Options.ConsumerName).Lease?.Checkpoint;

    private static void NameTable(ConsumerOptions consumer)
    {
        // A stream's ARN names a table, too; its label is the service's.
        if (StreamArn.TryParse(consumer.StreamArn, out var stream))
        {
            consumer.TableName = stream.TableName;
            consumer.StreamArn = null;
        }

        if (string.IsNullOrEmpty(consumer.TableName))
            consumer.TableName = DefaultTableName;
    }

    private Lease? LeaseOf(ShardBacklog shard) => Leases.Find(new LeaseScope(_application, _world.Options.ConsumerName, shard.Stream), shard.Shard);
}
