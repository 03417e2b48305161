using System.Buffers;
using StreamWorker.Normalization;

namespace StreamWorker;

/// <summary>The records of one GetRecords answer or of one Lambda event: the received UTF-8 and an index of the records in it.</summary>
/// <remarks>
/// <para>
/// Parsing looks for where records begin and end and jumps over what is nested in them. It refuses bytes that are not JSON around the records, and those in which brackets
/// or quotes do not pair, because then nobody knows where a record ends. Whatever else is wrong inside a record is found when it is read, and is the fault of that record alone.
/// </para>
/// <para>Disposing a page gives its buffer back; its records can then no longer be read, but for those that were <see cref="StreamRecord.Detach">detached</see>.</para>
/// </remarks>
public sealed class RecordPage : IDisposable
{
    /// <summary>How many bytes <see cref="ReadAsync"/> takes unless told otherwise: 16 MiB. Lambda sends at most 6 MB.</summary>
    public const int DefaultMaximumBytes = 16 * 1024 * 1024;

    private readonly RecordBytes _bytes;
    private readonly List<StreamRecord> _records;
    private readonly int _recordsStart;
    private readonly int _recordsEnd;
    private readonly WindowMembers _window;
    private Action? _disposed;
    private int _isDisposed;

    private RecordPage(RecordBytes bytes, RecordIndex index)
    {
        _bytes = bytes;
        _records = index.Records;
        Records = _records.AsReadOnly();
        _recordsStart = _records is [var first, ..] ? first.Whole.Start : bytes.Length;
        _recordsEnd = _records is [.., var last] ? last.Whole.Start + last.Whole.Length : bytes.Length;
        NextShardIterator = index.NextShardIterator;
        _window = index.Window;
    }

    private RecordPage(RecordPage other)
    {
        _bytes = other._bytes;
        _records = [.. other._records];
        Records = _records.AsReadOnly();
        _recordsStart = other._recordsStart;
        _recordsEnd = other._recordsEnd;
        NextShardIterator = other.NextShardIterator;
    }

    /// <summary>Gets the records, in stream order. The list cannot be changed.</summary>
    public IReadOnlyList<StreamRecord> Records { get; }

    /// <summary>Gets the iterator for the page after this one.</summary>
    /// <value>Null at the end of a closed shard, and always null for a Lambda event.</value>
    public string? NextShardIterator { get; }

    /// <summary>Gets the tumbling window that a Lambda event belongs to, with its state.</summary>
    /// <value>Null for an event without one, and for a GetRecords answer. Read anew each time.</value>
    /// <exception cref="System.Text.Json.JsonException">The members of the window are not what Lambda sends.</exception>
    public BatchWindow? Window => _window.Read(_bytes);

    /// <summary>Gets the shard that a Lambda event names.</summary>
    /// <value>Null for an event without tumbling window.</value>
    public ShardId? ShardId => _window.ReadShardId(_bytes);

    /// <summary>Gets the stream that a Lambda event as a whole names.</summary>
    /// <value>Null for an event without tumbling window, whose records name it.</value>
    public StreamArn? StreamArn => _window.ReadStreamArn(_bytes);

    /// <summary>Gets how many bytes were received.</summary>
    public int SizeInBytes => _bytes.Length;

    /// <summary>Indexes a GetRecords answer.</summary>
    /// <param name="buffer">The buffer that holds the answer. The page owns it from now on, also when this method throws.</param>
    /// <param name="length">How many of its bytes belong to the answer.</param>
    /// <param name="stream">The stream that was read.</param>
    /// <returns>The page.</returns>
    /// <exception cref="System.Text.Json.JsonException">The bytes are not a JSON object with a list of records, or one of the records has no end.</exception>
    public static RecordPage Parse(IMemoryOwner<byte> buffer, int length, StreamArn stream)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        try
        {
            return Parse(new RecordBytes(buffer.Memory[..length], stream, StructuralScanner.Fastest, buffer));
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Indexes a Lambda event, whose records name their stream themselves.</summary>
    /// <param name="utf8">The JSON. It must not change while the page is in use.</param>
    /// <returns>The page.</returns>
    /// <exception cref="System.Text.Json.JsonException">The bytes are not a JSON object with a list of records, or one of the records has no end.</exception>
    public static RecordPage Parse(ReadOnlyMemory<byte> utf8) => Parse(utf8, default);

    /// <summary>Indexes a GetRecords answer that the caller keeps.</summary>
    /// <param name="utf8">The JSON. It must not change while the page is in use.</param>
    /// <param name="stream">The stream that was read; used where a record does not name its stream itself.</param>
    /// <returns>The page.</returns>
    /// <exception cref="System.Text.Json.JsonException">The bytes are not a JSON object with a list of records, or one of the records has no end.</exception>
    public static RecordPage Parse(ReadOnlyMemory<byte> utf8, StreamArn stream) => Parse(utf8, stream, StructuralScanner.Fastest);

    /// <summary>Reads a Lambda event to its end, into memory that is used again once the page is disposed of, and indexes it.</summary>
    /// <param name="utf8">The JSON: the body of a request, for example. It is left open.</param>
    /// <param name="maximumBytes">How many bytes are taken at most; 1 or more.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The page.</returns>
    /// <exception cref="InvalidDataException">There are more bytes than are taken.</exception>
    /// <exception cref="System.Text.Json.JsonException">The bytes are not a JSON object with a list of records, or one of the records has no end.</exception>
    public static async ValueTask<RecordPage> ReadAsync(Stream utf8, int maximumBytes = DefaultMaximumBytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumBytes);
        var buffer = new PooledBuffer();
        try
        {
            for (var count = 1; count > 0; buffer.Advance(count))
            {
                // One byte more than may come is enough to know of it.
                var room = buffer.GetMemory();
                count = await utf8.ReadAsync(room[..(int)Math.Min(room.Length, (long)maximumBytes - buffer.Length + 1)], cancellationToken);
                if (buffer.Length + count > maximumBytes)
                    throw new InvalidDataException($"The event has more than {maximumBytes} bytes, and no more are taken.");
            }

            return Parse(buffer, buffer.Length, default);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    internal static RecordPage Parse(ReadOnlyMemory<byte> utf8, StreamArn stream, StructuralScanner scanner) => Parse(new RecordBytes(utf8, stream, scanner));

    /// <summary>Gets what was received before the first record.</summary>
    internal ReadOnlySpan<byte> BeforeRecords => _bytes.Span(new Slice(0, _recordsStart));

    /// <summary>Gets what was received behind the last record.</summary>
    internal ReadOnlySpan<byte> BehindRecords => _bytes.Span(new Slice(_recordsEnd, _bytes.Length - _recordsEnd));

    /// <summary>Takes the first records out of the page: they are not wanted.</summary>
    internal void SkipFirst(int count) => _records.RemoveRange(0, count);

    /// <summary>Has somebody told, once, when the page is disposed of.</summary>
    internal void WhenDisposed(Action told) => _disposed = told;

    /// <summary>Has somebody told, once, when the buffer is given back: when this page and all that share it are disposed of.</summary>
    internal void WhenReleased(Action told) => _bytes.WhenReleased(told);

    /// <summary>
    /// Makes another page of the same records over the same buffer. Either may skip records without the other, and each is disposed of by its own user; the buffer is given back
    /// with the last one, and until then the records can be read.
    /// </summary>
    internal RecordPage Share()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        _bytes.AddUser();
        return new RecordPage(this);
    }

    private static RecordPage Parse(RecordBytes bytes) => new(bytes, RecordIndex.Read(bytes));

    /// <summary>Gives the buffer back. The page's records can no longer be read.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _bytes.Dispose();
        Interlocked.Exchange(ref _disposed, null)?.Invoke();
    }
}
