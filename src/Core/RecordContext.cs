namespace StreamWorker;

/// <summary>What is known about the delivery of one record.</summary>
public sealed class RecordContext
{
    private readonly StreamRecord _record;
    private readonly RecordScope _scope;
    private BatchContext _batch;
    private string? _idempotencyKey;

    internal RecordContext(BatchContext batch, StreamRecord record, RecordScope scope)
    {
        _batch = batch;
        _record = record;
        _scope = scope;
    }

    /// <summary>Gets the consumer's name.</summary>
    public string Consumer => _batch.Consumer;

    /// <inheritdoc cref="BatchContext.ShardId"/>
    public ShardId? ShardId => _batch.ShardId;

    /// <inheritdoc cref="BatchContext.LeaseEpoch"/>
    public long? LeaseEpoch => _batch.LeaseEpoch;

    /// <inheritdoc cref="BatchContext.Attempt"/>
    public int Attempt => _batch.Attempt;

    /// <inheritdoc cref="BatchContext.HostStopping"/>
    public CancellationToken HostStopping => _batch.HostStopping;

    /// <inheritdoc cref="BatchContext.LeaseLost"/>
    public CancellationToken LeaseLost => _batch.LeaseLost;

    /// <inheritdoc cref="BatchContext.TimedOut"/>
    public CancellationToken TimedOut => _batch.TimedOut;

    /// <inheritdoc cref="BatchContext.CancellationCause"/>
    public CancellationCause CancellationCause => _batch.CancellationCause;

    /// <summary>Gets a text that is the same for every delivery of this record, in the Worker as in Lambda, and different for every other record.</summary>
    /// <exception cref="Diagnostics.RecordFormatException">The record has no readable event id.</exception>
    public string IdempotencyKey => _idempotencyKey ??= $"{_record.StreamArn}/{_record.EventId}";

    /// <summary>Gets the services of the record's dependency injection scope.</summary>
    /// <value>The scope is made when it is asked for first, and disposed of when the outermost layer has ended.</value>
    public IServiceProvider Services => _scope.Services;

    /// <inheritdoc cref="BatchContext.WithTimeOut"/>
    public RecordContext WithTimeOut(CancellationToken timedOut)
    {
        var copy = (RecordContext)MemberwiseClone();
        copy._batch = _batch.WithTimeOut(timedOut);
        return copy;
    }
}
