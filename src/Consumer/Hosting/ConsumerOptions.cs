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

    /// <summary>Gets or sets whether the consumer runs.</summary>
    /// <value>The default is true. A consumer that does not run keeps its position.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the pause before a failed batch is tried again for the first time; it doubles with every further failure, with jitter.</summary>
    /// <value>The default is 0.5 seconds. Allowed: 10 milliseconds to 1 hour.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the longest pause before a failed batch is tried again.</summary>
    /// <value>The default is 1 minute. Allowed: 10 milliseconds to 1 hour, not less than <see cref="RetryDelay"/>.</value>
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromMinutes(1);
}
