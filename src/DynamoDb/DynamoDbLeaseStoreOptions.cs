namespace StreamWorker.DynamoDb;

/// <summary>Settings of the lease table.</summary>
public sealed class DynamoDbLeaseStoreOptions
{
    /// <summary>Gets or sets the table's name.</summary>
    /// <value>The default is <c>streamworker</c>. Allowed: 3 to 255 letters, digits, <c>_</c>, <c>-</c> and <c>.</c> One table serves all applications and consumers.</value>
    public string TableName { get; set; } = "streamworker";

    /// <summary>Gets or sets whether the table is created when it is missing, with on-demand capacity.</summary>
    /// <value>The default is true.</value>
    public bool CreateTable { get; set; } = true;

    /// <summary>Gets or sets how long creating the table may take until it can be used.</summary>
    /// <value>The default is 2 minutes. Allowed: above 0, at most 1 day.</value>
    public TimeSpan CreateTableTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how long one operation on leases may take, with its repetitions.</summary>
    /// <value>The default is 5 seconds. Allowed: above 0, at most 1 day.</value>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long one heartbeat may take.</summary>
    /// <value>The default is 1 second. Allowed: above 0, at most 1 day. It must be well below the lease duration: a heartbeat that is late is worth nothing.</value>
    public TimeSpan BeatTimeout { get; set; } = TimeSpan.FromSeconds(1);
}
