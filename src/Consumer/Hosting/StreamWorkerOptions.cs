namespace StreamWorker.Consumer.Hosting;

/// <summary>The settings of a worker process, under the configuration key <c>StreamWorker</c>.</summary>
public sealed class StreamWorkerOptions
{
    /// <summary>Gets or sets the application: the namespace in the lease table.</summary>
    /// <value>The default is <c>streamworker</c>. 1 to 128 characters: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</value>
    /// <remarks>All copies that share the work have the same; two applications that read the same table have different ones. With another name, reading starts anew.</remarks>
    public string Application { get; set; } = "streamworker";

    /// <summary>Gets or sets the worker's name, for people.</summary>
    /// <value>The default is the environment variable <c>POD_NAME</c>, else the machine's name. 1 to 128 characters: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</value>
    public string WorkerId { get; set; } = "";

    /// <summary>Gets or sets how long a worker's leases stay valid without a heartbeat: the time until another worker goes on after a crash.</summary>
    /// <value>The default is 3 seconds. Allowed: 1 second to 10 minutes. The same for all copies.</value>
    /// <remarks>A heartbeat is sent three times in this time, one for the whole process, however many shards it holds.</remarks>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets how often the position of a busy shard is stored: the span that is delivered twice after a crash.</summary>
    /// <value>The default is 1 second. Allowed: 0 (after each batch) to 1 minute.</value>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long handlers that are running may go on when the worker is told to stop.</summary>
    /// <value>The default is 20 seconds. Allowed: 0 to 15 minutes.</value>
    /// <remarks>The host's shutdown time-out is raised to at least 10 seconds more; what runs the container must grant more than that again.</remarks>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets the longest pause between two reads of a shard that has nothing new.</summary>
    /// <value>The default is 1 second. Allowed: 250 milliseconds to 1 minute.</value>
    /// <remarks>Idle reads cost money outside Lambda: an open shard costs 2.6 million reads a month at 1 second, 10.4 million at 250 milliseconds. Longer pauses delay the first record after a quiet time.</remarks>
    public TimeSpan MaximumPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long no worker must have come or gone before the others are asked to hand over shards, so that all have as many.</summary>
    /// <value>The default is 15 seconds. Allowed: 0 to 10 minutes.</value>
    /// <remarks>Shards that nobody holds are taken at once. A rolling restart whose steps follow each other faster than this moves no shard that need not move.</remarks>
    public TimeSpan RebalanceDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets how long the work on a shard may stand still, without any error, before the shard is reported as unhealthy and given to another worker.</summary>
    /// <value>The default is 1 hour. Allowed: 10 seconds to 1 day.</value>
    /// <remarks>Must be longer than the longest time that a handler takes for a batch. A handler that does not stop when its token is cancelled keeps its shard.</remarks>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how many megabytes (1,048,576 bytes) of records that are read and not finished yet the process holds, all shards together.</summary>
    /// <value>The default is 64. Allowed: 4 to 65,536. A page that is being read counts with 1 MB.</value>
    /// <remarks>
    /// Shards wait for each other when it is used up. Reading ahead, while earlier records of the shard are not finished, takes no more than half of it; what is kept for consumers
    /// that are behind others of the same stream, no more than a quarter.
    /// </remarks>
    public int MaximumBufferedMegabytes { get; set; } = 64;

    /// <summary>Gets or sets how many reads of shards are under way at once, all shards of the process together.</summary>
    /// <value>The default is 64. Allowed: 1 to 1,000.</value>
    public int MaximumConcurrentReads { get; set; } = 64;

    /// <summary>Gets or sets how often all shards of a stream are listed, as a net under the discovery of children at the end of each shard.</summary>
    /// <value>The default is 1 minute. Allowed: 1 second to 1 hour.</value>
    public TimeSpan DiscoveryInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets whether consumers can be paused, resumed and reset over HTTP, on the management port.</summary>
    /// <value>The default is false: that port only reads.</value>
    /// <remarks>The port has no log-in: whoever reaches it may then do it. The command line and <see cref="IConsumerOperations"/> work all the same, with the rights that the lease table gives.</remarks>
    public bool AllowOperations { get; set; }
}
