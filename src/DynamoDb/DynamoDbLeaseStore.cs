using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.DynamoDb.Aws;
using StreamWorker.DynamoDb.Leases;

namespace StreamWorker.DynamoDb;

/// <summary>Keeps leases, checkpoints and heartbeats in a DynamoDB table; see docs/lease-table.md for its rows.</summary>
/// <remarks>
/// Every write is conditional and asks for the old row when the condition fails: a write of ours that was applied and whose answer was lost is
/// recognised by what it left behind, and succeeds. Heartbeats have connections of their own, and are sent and answered on the thread that calls, so
/// nothing queues in front of them, not even in the thread pool.
/// </remarks>
public sealed class DynamoDbLeaseStore : ILeaseStore, IDisposable
{
    private readonly TablesClient _client;
    private readonly TablesClient _beatClient;
    private readonly LeaseTableCalls _calls;
    private readonly LeaseTable _table;
    private readonly ShardEnd _shardEnd;
    private readonly LeaseWrites _writes;
    private readonly Checkpoints _checkpoints;
    private readonly MemoRows _memos;
    private readonly HandOver _handOver;
    private readonly OperationTable _operations;
    private readonly GapRows _gaps;
    private readonly WorkerTable _workers;
    private readonly string _tableName;

    /// <summary>Makes a store. The table is not looked at before <see cref="InitializeAsync"/>.</summary>
    /// <param name="options">How DynamoDB is reached, and the lease table's settings. Later changes have no effect.</param>
    /// <param name="timeProvider">The clock of the time-outs.</param>
    /// <exception cref="StreamServiceException">No region is set and no endpoint either, or the settings contradict each other.</exception>
    public DynamoDbLeaseStore(DynamoDbOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        var leases = options.Leases;
        _tableName = leases.TableName;
        _client = TablesClient.Create(options, retries: 2);
        _beatClient = TablesClient.Create(options, retries: 1, onCallingThread: true);
        _calls = new LeaseTableCalls(_client, _tableName, leases.CallTimeout, timeProvider);
        _table = new LeaseTable(_client, new LeaseTableCalls(_client, _tableName, leases.CreateTableTimeout, timeProvider), leases);
        _shardEnd = new ShardEnd(_client, _tableName, timeProvider);
        _writes = new LeaseWrites(_calls);
        _checkpoints = new Checkpoints(_calls, _writes);
        _memos = new MemoRows(_calls);
        _handOver = new HandOver(_calls, _writes);
        _gaps = new GapRows(_calls);
        _operations = new OperationTable(_calls);
        _workers = new WorkerTable(_calls, new LeaseTableCalls(_beatClient, _tableName, leases.BeatTimeout, timeProvider));
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync(CancellationToken cancellationToken) => _table.EnsureAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<LeaseListing> ListLeasesAsync(LeaseScope scope, CancellationToken cancellationToken)
    {
        var rows = await _calls.ListAsync(
            $"Listing the leases of consumer {scope.Consumer}", LeaseRow.PartitionOf(scope), LeaseRow.ListPrefix, static row => row, cancellationToken);
        var leases = rows.Where(row => Attributes.HasSort(row, LeaseRow.SortPrefix)).Select(LeaseRow.Read).ToList();
        return new LeaseListing(leases) { Reset = rows.Where(ResetRows.IsOrder).Select(ResetRows.Read).FirstOrDefault() };
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CreateLeaseAsync(LeaseScope scope, NewLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var request = new PutItemRequest { TableName = _tableName, Item = LeaseRow.New(scope, lease, owner: null), ConditionExpression = "attribute_not_exists(pk)" };
        try
        {
            await _calls.RunAsync($"Creating the lease of {lease.Shard}", async token => await _client.PutItemAsync(request, token), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            // Also when an answer of ours was lost: the lease is there, and who made it makes no difference.
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Lease?> ClaimAsync(LeaseScope scope, Lease observed, WorkerIdentity claimant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(claimant);
        var request = _calls.Update(
            LeaseRow.KeyOf(scope, observed.Shard),
            $"SET #owner = :claimant, #incarnation = :claimantIncarnation, #epoch = :next REMOVE {LeaseRow.RemoveRequest}",
            $"#state = :active AND #epoch = :epoch AND {(observed.Owner is null ? "attribute_not_exists(#owner)" : "#owner = :owner AND #incarnation = :incarnation")}",
            Attributes.Names(LeaseRow.Owner, Attributes.Incarnation, LeaseRow.Epoch, LeaseRow.State, LeaseRow.Wanted, LeaseRow.WantedIncarnation, LeaseRow.WantedEpoch),
            new Row(StringComparer.Ordinal)
            {
                [":claimant"] = Attributes.Text(claimant.WorkerId),
                [":claimantIncarnation"] = Attributes.Text(claimant.Incarnation),
                [":epoch"] = Attributes.Number(observed.Epoch),
                [":next"] = Attributes.Number(observed.Epoch + 1),
                [":active"] = Attributes.Text(LeaseRow.Active),
            });
        if (observed.Owner is { } owner)
        {
            request.ExpressionAttributeValues[":owner"] = Attributes.Text(owner.WorkerId);
            request.ExpressionAttributeValues[":incarnation"] = Attributes.Text(owner.Incarnation);
        }

        request.ReturnValues = ReturnValue.ALL_NEW;
        try
        {
            return LeaseRow.Read((await _calls.RunAsync($"Claiming {observed.Shard}", async token => await _client.UpdateItemAsync(request, token), cancellationToken)).Attributes);
        }
        catch (ConditionalCheckFailedException refused)
        {
            // This epoch under this owner can only come from this very claim.
            return OldLease(refused) is { } found && found.Owner == claimant && found.Epoch == observed.Epoch + 1 && found.State == LeaseState.Active ? found : null;
        }
    }

    /// <inheritdoc/>
    public ValueTask<CheckpointOutcome> CheckpointAsync(LeaseScope scope, Lease held, SequenceNumber position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        CheckMemo(position, memo);
        return _checkpoints.StoreAsync(scope, held, position, memo, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> LoadMemoAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken) => _memos.LoadAsync(scope, held, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> ReleaseAsync(LeaseScope scope, Lease held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        var request = _calls.Update(
            LeaseRow.KeyOf(scope, held.Shard),
            $"REMOVE #owner, #incarnation, {LeaseRow.RemoveRequest}",
            LeaseRow.IsHeld,
            Attributes.Names(LeaseRow.Owner, Attributes.Incarnation, LeaseRow.Epoch, LeaseRow.Wanted, LeaseRow.WantedIncarnation, LeaseRow.WantedEpoch),
            LeaseRow.HeldValues(held));
        try
        {
            await _calls.RunAsync($"Releasing {held.Shard}", async token => await _client.UpdateItemAsync(request, token), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException refused)
        {
            return OldLease(refused) is { Owner: null };
        }
    }

    /// <inheritdoc/>
    public ValueTask<Lease?> RequestAsync(LeaseScope scope, Lease observed, WorkerIdentity? requester, CancellationToken cancellationToken) =>
        _handOver.RequestAsync(scope, observed, requester, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<HandOverOutcome> HandOverAsync(LeaseScope scope, Lease held, WorkerIdentity successor, SequenceNumber? position, ReadOnlyMemory<byte> memo, CancellationToken cancellationToken)
    {
        CheckMemo(position, memo);
        return _handOver.RunAsync(scope, held, successor, position, memo, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Lease>?> EndShardAsync(LeaseScope scope, Lease held, SequenceNumber? position, IReadOnlyList<NewLease> children, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(children);
        if (children.Count > 90)
            throw new ArgumentOutOfRangeException(nameof(children), children.Count, "A shard's end takes at most 90 children: that is what fits into one transaction.");
        return await _calls.RunAsync($"Ending {held.Shard}", token => _shardEnd.RunAsync(scope, held, position, children, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveLeaseAsync(LeaseScope scope, Lease observed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        for (var parts = 0; ;)
        {
            var values = new Row(StringComparer.Ordinal) { [":done"] = Attributes.Text(LeaseRow.Done), [":epoch"] = Attributes.Number(observed.Epoch), [":parts"] = Attributes.Number(parts) };
            var request = new DeleteItemRequest
            {
                TableName = _tableName,
                Key = LeaseRow.KeyOf(scope, observed.Shard),
                ConditionExpression = "attribute_not_exists(pk) OR (#state = :done AND #epoch = :epoch AND (attribute_not_exists(#memoParts) OR #memoParts <= :parts))",
                ExpressionAttributeNames = Attributes.Names(LeaseRow.State, LeaseRow.Epoch, LeaseRow.MemoParts),
                ExpressionAttributeValues = values,
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            };
            var beside = LeaseRow.DeleteMemo(_tableName, scope, observed.Shard, parts);
            if (await _writes.DeleteAsync($"Removing the lease of {observed.Shard}", request, beside, cancellationToken) is not { } refused)
                return true;

            // Only a program that does not know memos ends a shard and leaves one behind.
            var stored = refused.Count == 0 ? 0 : LeaseRow.MemoPartsOf(refused);
            if (stored <= parts)
                return false;
            parts = stored;
        }
    }

    /// <inheritdoc/>
    public ValueTask RecordGapAsync(LeaseScope scope, LeaseGap gap, CancellationToken cancellationToken) => _gaps.RecordAsync(scope, gap, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LeaseGap>> ListGapsAsync(LeaseScope scope, CancellationToken cancellationToken) => _gaps.ListAsync(scope, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<WorkerListing> ListWorkersAsync(string application, CancellationToken cancellationToken) => _workers.ListAsync(application, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> BeatAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken) =>
        _workers.BeatAsync(application, worker, beat, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AnnounceLeavingAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) =>
        _workers.AnnounceLeavingAsync(application, worker, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> FenceWorkerAsync(string application, WorkerRow observed, CancellationToken cancellationToken) => _workers.FenceAsync(application, observed, cancellationToken);

    /// <inheritdoc/>
    public ValueTask RemoveWorkerAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken) => _workers.RemoveAsync(application, worker, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CommandAsync(ConsumerCommand command, CancellationToken cancellationToken) => _operations.CommandAsync(command, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Lease?> ResetLeaseAsync(LeaseScope scope, Lease observed, LeaseReset reset, CancellationToken cancellationToken) =>
        _operations.ResetAsync(scope, observed, reset, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CompleteResetAsync(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt, CancellationToken cancellationToken) =>
        _operations.CompleteAsync(scope, order, from, doneAt, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> NotePausedAsync(LeaseScope scope, Lease held, long pause, CancellationToken cancellationToken) =>
        _operations.NotePausedAsync(scope, held, pause, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OperationEntry>> ListOperationsAsync(string application, string consumer, CancellationToken cancellationToken) =>
        _operations.ListAsync(application, consumer, cancellationToken);

    /// <summary>Closes the store's connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _beatClient.Dispose();
    }

    private static void CheckMemo(SequenceNumber? position, ReadOnlyMemory<byte> memo)
    {
        if (memo.Length > Lease.MaximumMemoLength)
            throw new ArgumentException($"A memo of {memo.Length} bytes was given, and one has at most {Lease.MaximumMemoLength}.", nameof(memo));
        if (position is null && !memo.IsEmpty)
            throw new ArgumentException("A memo was given without a position: it belongs to one.", nameof(memo));
    }

    private static Lease? OldLease(ConditionalCheckFailedException refused) => refused.Item is { Count: > 0 } row ? LeaseRow.Read(row) : null;
}
