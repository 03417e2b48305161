using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Hosting;

/// <summary>The settings of a consumer, under the configuration key <c>StreamWorker:Consumers:NAME</c>. Those that Lambda's event source mapping has, too, have its names, units and defaults.</summary>
public sealed class ConsumerOptions
{
    /// <summary>Gets or sets the table whose stream is consumed.</summary>
    /// <value>3 to 255 characters: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>. Exactly one of this and <see cref="StreamArn"/> is given.</value>
    /// <remarks>When the table's stream is disabled and enabled again, the old stream is read to its end and then the new one.</remarks>
    public string? TableName { get; set; }

    /// <summary>Gets or sets the stream that is consumed.</summary>
    /// <value>The stream's ARN. Exactly one of this and <see cref="TableName"/> is given.</value>
    public string? StreamArn { get; set; }

    /// <summary>Gets or sets where a consumer starts that has never run before.</summary>
    /// <value>The default is <see cref="StartingPosition.TrimHorizon"/>; Lambda has none. In configuration <c>TRIM_HORIZON</c> or <c>LATEST</c>.</value>
    public StartingPosition StartingPosition { get; set; }

    /// <summary>Gets or sets what happens where records are lost because the stream forgot them before they could be read.</summary>
    /// <value>The default is <see cref="GapPolicy.Continue"/>. In configuration <c>Continue</c> or <c>Stop</c>.</value>
    /// <remarks>Either way the gap is reported: logged at level Critical, counted, noted in the lease table, and shown in the status.</remarks>
    public GapPolicy OnGap { get; set; }

    /// <summary>Gets or sets the most records of a batch.</summary>
    /// <value>The default is 100. Allowed: 1 to 10,000. A batch is what is there, never waited for.</value>
    public int BatchSize { get; set; } = 100;

    /// <summary>Gets which records are wanted. The others are passed over before batches are made: counted, never handed over, and the position moves on behind them.</summary>
    /// <value>The default has no filters: every record is wanted. At most 10 filters, each a pattern of at most 4,096 characters. Filters in configuration replace those in code.</value>
    public FilterCriteria FilterCriteria { get; } = new();

    /// <summary>Gets or sets how long records are gathered for a batch that is not full.</summary>
    /// <value>Seconds. The default is 0: what is there is handed over at once. Allowed: 0 to 300.</value>
    /// <remarks>The time counts from the end of the shard's last call. A batch is handed over sooner when it has <see cref="BatchSize"/> records or 6 MB, and at the end of its shard.</remarks>
    public int MaximumBatchingWindowInSeconds { get; set; }

    /// <summary>Gets or sets how many batches of one shard are handed over at the same time.</summary>
    /// <value>The default is 1. Allowed: 1 to 1,000 (Lambda's own limit is 10); 1 with a tumbling window.</value>
    /// <remarks>Records of one item are always in the same lane, and a lane's batches follow each other: the order of an item's changes is kept.</remarks>
    public int ParallelizationFactor { get; set; } = 1;

    /// <summary>Gets or sets how often a failed batch is tried again before its records are given up.</summary>
    /// <value>The default is -1: until it is handled. 0: it is tried once. Allowed: -1 to 10,000.</value>
    /// <remarks>What is given up goes to the failure destination, where there is one. A call that did not reach its handler does not count.</remarks>
    public int MaximumRetryAttempts { get; set; } = -1;

    /// <summary>Gets or sets the age at which records are given up.</summary>
    /// <value>Seconds since the change was made, by the time in the record. The default is -1: no age. Allowed: -1, or 60 to 604,800.</value>
    /// <remarks>Looked at before each call, the first one included. What is given up goes to the failure destination, where there is one.</remarks>
    public int MaximumRecordAgeInSeconds { get; set; } = -1;

    /// <summary>Gets or sets whether a batch whose handler failed is tried again in two halves.</summary>
    /// <value>The default is false.</value>
    /// <remarks>Halving goes on down to a single record and does not count as a try. An answer that names failed records is not halved: the batch goes on from the first of them.</remarks>
    public bool BisectBatchOnFunctionError { get; set; }

    /// <summary>Gets or sets what a failure holds up.</summary>
    /// <value>The default is <see cref="FailurePolicy.Lambda"/>. In configuration <c>Lambda</c> or <c>Isolate</c>.</value>
    public FailurePolicy FailurePolicy { get; set; }

    /// <summary>Gets or sets where records go that are given up, in configuration <c>DestinationConfig:OnFailure:Destination</c>.</summary>
    /// <value>
    /// The ARN of a standard SQS queue, a standard SNS topic, an S3 bucket or a DynamoDB table, of at most 350 characters, or a folder: <c>folder:PATH</c> or <c>file:///PATH</c>.
    /// The default is null: nowhere. Empty means the same.
    /// </value>
    /// <remarks>Queues and topics get what Lambda's get: where the records are in the stream, which has them for a day. The others keep the records themselves.</remarks>
    public string? OnFailureDestination { get; set; }

    /// <summary>Gets or sets what happens to records that are given up while their failure destination cannot be reached.</summary>
    /// <value>The default is <see cref="DestinationFailurePolicy.Block"/>. In configuration <c>Block</c> or <c>Discard</c>.</value>
    public DestinationFailurePolicy OnDestinationFailure { get; set; }

    /// <summary>Gets or sets whether records that cannot be handled go to the failure destination shortly before the stream forgets them.</summary>
    /// <value>The default is false: they are only announced, at half and at five sixths of the stream's 24 hours. Needs a failure destination.</value>
    public bool SpillBeforeExpiry { get; set; }

    /// <summary>Gets or sets the length of a tumbling window, whose state the handler keeps from call to call.</summary>
    /// <value>Seconds. The default is 0: no windows. Allowed: 0 to 900.</value>
    public int TumblingWindowInSeconds { get; set; }

    /// <summary>Gets or sets whether the consumer runs.</summary>
    /// <value>The default is true. A consumer that does not run keeps its position.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the pause before a failed batch is tried again for the first time; it doubles with every further failure, with jitter.</summary>
    /// <value>The default is 0.5 seconds. Allowed: 10 milliseconds to 1 hour.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the longest pause before a failed batch is tried again.</summary>
    /// <value>The default is 1 minute. Allowed: 10 milliseconds to 1 hour, not less than <see cref="RetryDelay"/>.</value>
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets what makes a destination that is code, used where <see cref="OnFailureDestination"/> is not given.</summary>
    internal Func<IServiceProvider, IFailureDestination>? FailureDestination { get; set; }

    /// <summary>Gets whether records that are given up go anywhere.</summary>
    internal bool HasFailureDestination => !string.IsNullOrEmpty(OnFailureDestination) || FailureDestination is not null;
}
