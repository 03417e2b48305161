using System.Buffers;
using System.Text.Json;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing;

/// <summary>DynamoDB's tables and streams in memory: what a consumer reads in a test, with faults on demand.</summary>
/// <remarks>
/// <para>
/// Shards roll, split and are trimmed when a test says so; iterators expire after 15 minutes of the given clock; a page holds at most 1,000 records or 1 MB.
/// A listing comes in a fixed order that says nothing about age, and its last page may be empty. Sequence numbers grow from 21 digits to 22 with the tenth.
/// </para>
/// <para>
/// Safe for use by several threads: one lock guards all tables and streams of an instance, and every operation is one step under it. Hooks run outside of the
/// lock, so that they may use the instance. Without <see cref="Gate"/> every operation completes synchronously.
/// </para>
/// </remarks>
public sealed class InMemoryStreams : IStreamsClient, ITableDirectory
{
    /// <summary>The region that ARNs and records name.</summary>
    public const string Region = "eu-central-1";

    private readonly StreamRegistry _registry;
    private readonly List<StreamsCall> _calls = [];
    private readonly List<(StreamsOperation Operation, Func<Exception> Fault)> _faults = [];
    private int _openPages;
    private long _recordsRead;

    /// <summary>Makes a service without tables.</summary>
    /// <param name="time">The service's clock: it dates records and streams and ages iterators.</param>
    public InMemoryStreams(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _registry = new StreamRegistry(time);
    }

    /// <summary>Makes another way to a service: the same tables and streams, with hooks, limits and counters of its own.</summary>
    internal InMemoryStreams(InMemoryStreams service) => _registry = service._registry;

    /// <summary>Gets or sets what is asked before each operation: an exception fails the call, null lets it go on.</summary>
    /// <value>The default is null: no call fails. <see cref="StreamFaults"/> makes the exceptions of the service.</value>
    public Func<StreamsCall, Exception?>? OnCall { get; set; }

    /// <summary>Gets or sets what is awaited before each operation, after <see cref="OnCall"/>: a test holds calls back with it.</summary>
    /// <value>The default is null: no call waits. The token is the caller's.</value>
    public Func<StreamsCall, CancellationToken, ValueTask>? Gate { get; set; }

    /// <summary>Gets or sets what changes the answers of DescribeStream: a test makes listings contradict themselves, be late or be empty with it.</summary>
    /// <value>The default is null: answers tell the truth.</value>
    public Func<StreamsCall, StreamDescription, StreamDescription>? OnDescribed { get; set; }

    /// <summary>Gets or sets what becomes of a request for the children of one shard.</summary>
    /// <value>The default is <see cref="Testing.ChildFilter.Honoured"/>.</value>
    public ChildFilter ChildFilter { get; set; }

    /// <summary>Gets or sets how many shards a page of a listing has at most.</summary>
    /// <value>The default is 100, as with AWS. At least 1.</value>
    public int ShardsPerPage { get; set; } = 100;

    /// <summary>Gets or sets how many records a page has at most.</summary>
    /// <value>The default is 1,000, as with AWS. At least 1. A page holds at most 1 MB, too, but never less than one record.</value>
    public int RecordsPerPage { get; set; } = 1000;

    /// <summary>Gets every call that was made, the failed ones included, in order.</summary>
    public IReadOnlyList<StreamsCall> Calls
    {
        get
        {
            lock (_registry.Gate)
                return [.. _calls];
        }
    }

    /// <summary>Gets how many pages of records are with their readers: those that were answered and not disposed of.</summary>
    public int OpenPages => Volatile.Read(ref _openPages);

    /// <summary>Gets how many records were answered.</summary>
    internal long RecordsRead
    {
        get
        {
            lock (_registry.Gate)
                return _recordsRead;
        }
    }

    /// <summary>Makes a table.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="options">How; null for a table with partition key <c>id</c> and a stream of one shard with both images.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidOperationException">There is a table of this name.</exception>
    public InMemoryTable CreateTable(string name, InMemoryTableOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        options ??= new InMemoryTableOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Shards);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Shards, 10_000);
        lock (_registry.Gate)
        {
            if (_registry.Tables.ContainsKey(name))
                throw new InvalidOperationException($"There is a table '{name}' already.");
            var table = new InMemoryTable(_registry, name, options);
            _registry.Tables.Add(name, table);
            return table;
        }
    }

    /// <summary>Deletes a table. Its stream is disabled and can still be read; a new table of the same name has another stream.</summary>
    /// <param name="name">The table's name.</param>
    /// <exception cref="InvalidOperationException">There is no table of this name.</exception>
    public void DeleteTable(string name)
    {
        lock (_registry.Gate)
        {
            if (!_registry.Tables.Remove(name, out var table))
                throw new InvalidOperationException($"There is no table '{name}'.");
            if (table.IsStreamEnabled)
                table.DisableStream();
        }
    }

    /// <summary>Lets the next calls of an operation fail. Orders are used up one after the other, before <see cref="OnCall"/> is asked.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="fault">Makes the error, for example <see cref="StreamFaults.Throttled"/>.</param>
    /// <param name="times">How many calls fail. At least 1.</param>
    public void FailNext(StreamsOperation operation, Func<Exception> fault, int times = 1)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        lock (_registry.Gate)
            _faults.AddRange(Enumerable.Repeat((operation, fault), times));
    }

    /// <summary>Counts the calls of an operation, the failed ones included.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>How many calls there were.</returns>
    public int CountCalls(StreamsOperation operation)
    {
        lock (_registry.Gate)
            return _calls.Count(call => call.Operation == operation);
    }

    /// <inheritdoc/>
    public async ValueTask<TableDescription?> DescribeTableAsync(string tableName, CancellationToken cancellationToken)
    {
        await EnterAsync(new StreamsCall(0, StreamsOperation.DescribeTable, default) { TableName = tableName }, cancellationToken);
        lock (_registry.Gate)
            return _registry.Tables.GetValueOrDefault(tableName)?.Describe();
    }

    /// <inheritdoc/>
    public async ValueTask<StreamListing> ListStreamsAsync(string tableName, StreamArn? startAfter, CancellationToken cancellationToken)
    {
        await EnterAsync(new StreamsCall(0, StreamsOperation.ListStreams, default) { TableName = tableName }, cancellationToken);
        lock (_registry.Gate)
        {
            var streams = _registry.Streams.Select(log => log.Arn).Where(arn => arn.TableName == tableName).ToList();
            return new StreamListing([.. startAfter is { } last ? streams.Skip(streams.IndexOf(last) + 1) : streams], null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StreamDescription> DescribeStreamAsync(StreamArn stream, ShardId? startAfter, ShardId? childrenOf, CancellationToken cancellationToken)
    {
        var call = await EnterAsync(new StreamsCall(0, StreamsOperation.DescribeStream, default) { Stream = stream, ChildrenOf = childrenOf }, cancellationToken);
        StreamDescription answer;
        lock (_registry.Gate)
        {
            var log = Find(stream);
            if (childrenOf is not null && ChildFilter == ChildFilter.Refused)
                throw StreamFaults.InvalidRequest("Unknown parameter: ShardFilter");
            var (shards, last) = log.List(startAfter, ChildFilter == ChildFilter.Honoured ? childrenOf : null, Math.Max(1, ShardsPerPage));
            answer = new StreamDescription(stream, log.Status, log.ViewType, shards, last, _registry.WholeSecond);
        }

        return OnDescribed?.Invoke(call, answer) ?? answer;
    }

    /// <inheritdoc/>
    public async ValueTask<string> GetShardIteratorAsync(StreamArn stream, ShardId shard, IteratorStart start, CancellationToken cancellationToken)
    {
        await EnterAsync(new StreamsCall(0, StreamsOperation.GetShardIterator, default) { Stream = stream, Shard = shard, Start = start }, cancellationToken);
        lock (_registry.Gate)
        {
            var position = Find(stream, shard).Resolve(start, _registry.HighestNumber);
            return new IteratorToken(stream, shard, position, _registry.Now).ToString();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
    {
        var token = IteratorToken.TryParse(shardIterator);
        await EnterAsync(new StreamsCall(0, StreamsOperation.GetRecords, default) { Stream = stream, Shard = token?.Shard, Limit = limit }, cancellationToken);
        if (limit is < 1 or > 1000)
            throw StreamFaults.InvalidRequest($"Limit {limit} is not between 1 and 1000.");
        if (token is not { } iterator || iterator.Stream != stream)
            throw StreamFaults.InvalidRequest("Invalid ShardIterator");
        lock (_registry.Gate)
        {
            var shard = Find(iterator.Stream, iterator.Shard);
            if (_registry.Now - iterator.IssuedAt >= IteratorToken.Lifetime)
                throw StreamFaults.ExpiredIterator();
            long? position = iterator.Position;
            var records = shard.Read(ref position, Math.Min(limit ?? 1000, Math.Max(1, RecordsPerPage)));
            return Answer(shard, stream, records, position is { } next ? (iterator with { Position = next, IssuedAt = _registry.Now }).ToString() : null);
        }
    }

    private RecordPage Answer(ShardLog shard, StreamArn stream, List<byte[]> records, string? nextIterator)
    {
        var json = new ArrayBufferWriter<byte>(records.Sum(record => record.Length + 1) + 512);
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("Records"u8);
            foreach (var record in records)
                writer.WriteRawValue(record, skipInputValidation: true);
            writer.WriteEndArray();
            if (nextIterator is not null)
                writer.WriteString("NextShardIterator"u8, nextIterator);
            writer.WriteEndObject();
        }

        _recordsRead += records.Count;
        CountPage(1);
        var bytes = json.WrittenSpan.ToArray();
        return RecordPage.Parse(new PageBuffer(bytes, () => CountPage(-1)), bytes.Length, stream);

        void CountPage(int change)
        {
            Interlocked.Add(ref _openPages, change);
            shard.CountPage(change);
        }
    }

    private async ValueTask<StreamsCall> EnterAsync(StreamsCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Func<Exception>? ordered = null;
        lock (_registry.Gate)
        {
            call = call with { Number = _calls.Count + 1, At = _registry.Now };
            _calls.Add(call);
            if (_faults.FindIndex(fault => fault.Operation == call.Operation) is >= 0 and var next)
            {
                ordered = _faults[next].Fault;
                _faults.RemoveAt(next);
            }
        }

        if ((ordered?.Invoke() ?? OnCall?.Invoke(call)) is { } fault)
            throw fault;
        if (Gate is { } gate)
            await gate(call, cancellationToken);
        return call;
    }

    private StreamLog Find(StreamArn stream) => _registry.Find(stream) ?? throw StreamFaults.NotFound($"Stream {stream}");

    private ShardLog Find(StreamArn stream, ShardId shard) => Find(stream).Find(shard) ?? throw StreamFaults.NotFound($"Shard {shard} of {stream}");
}
