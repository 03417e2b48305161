using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker;

/// <summary>What is known about the delivery of one record.</summary>
public sealed class RecordContext
{
    // There is one of these for each record, so it keeps no more than it must.
    private readonly StreamRecord _record;
    private readonly IServiceScopeFactory _scopes;
    private BatchContext _batch;

    /// <summary>The context that this one was made of: they share a scope.</summary>
    private RecordContext? _origin;

    private IServiceScope? _scope;

    internal RecordContext(BatchContext batch, StreamRecord record, IServiceScopeFactory scopes)
    {
        _batch = batch;
        _record = record;
        _scopes = scopes;
    }

    /// <summary>Gets the consumer's name.</summary>
    public string Consumer => _batch.Consumer;

    /// <inheritdoc cref="BatchContext.ShardId"/>
    public ShardId? ShardId => _batch.ShardId;

    /// <inheritdoc cref="BatchContext.Window"/>
    public BatchWindow? Window => _batch.Window;

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
    public string IdempotencyKey => $"{_record.StreamArn}/{_record.EventId}";

    /// <summary>Gets the services of the record's dependency injection scope.</summary>
    /// <value>The scope is made when it is asked for first, and disposed of when the outermost layer has ended.</value>
    /// <exception cref="ObjectDisposedException">The record's handling has ended.</exception>
    public IServiceProvider Services => (_origin ?? this).Scope.ServiceProvider;

    /// <inheritdoc cref="BatchContext.WithTimeOut"/>
    public RecordContext WithTimeOut(CancellationToken timedOut)
    {
        var copy = (RecordContext)MemberwiseClone();
        copy._batch = _batch.WithTimeOut(timedOut);
        copy._origin = _origin ?? this;
        return copy;
    }

    /// <summary>Disposes of the scope, if somebody has asked for it; whoever asks later gets none. Called once, on the context that others were made of.</summary>
    internal ValueTask DisposeScopeAsync()
    {
        switch (Interlocked.Exchange(ref _scope, EndedScope.Instance))
        {
            case null:
                return default;
            case IAsyncDisposable scope:
                return scope.DisposeAsync();
            case var scope:
                scope.Dispose();
                return default;
        }
    }

    /// <summary>Gets the scope, which is made when it is asked for: a handler without services costs none.</summary>
    private IServiceScope Scope
    {
        get
        {
            if (Volatile.Read(ref _scope) is { } scope)
                return scope;
            var made = _scopes.CreateScope();
            if (Interlocked.CompareExchange(ref _scope, made, null) is not { } first)
                return made;
            made.Dispose();
            return first;
        }
    }

    /// <summary>Stands for the scope of a record that was handled: one made then would be disposed of by nobody.</summary>
    private sealed class EndedScope : IServiceScope
    {
        public static readonly EndedScope Instance = new();

        public IServiceProvider ServiceProvider => throw new ObjectDisposedException(nameof(RecordContext), "The record's handling has ended, and its services with it.");

        public void Dispose()
        {
            // Nothing was made.
        }
    }
}
