using Microsoft.Extensions.Logging;

namespace StreamWorker.Consumer.Shards;

/// <summary>Gets the pages of a shard for its reader: those that another reader of this process has read, and else from the service, when there is room for one more.</summary>
internal sealed partial class ShardPages(IStreamsClient client, StreamArn stream, ShardId shard, ReaderTools tools, ReaderProgress progress, ILogger logger)
{
    private static readonly TimeSpan LongestWaitUnsaid = TimeSpan.FromSeconds(30);

    private SharedReader? _reader;
    private int _pages;

    private SharedReader Reader => _reader ?? throw new InvalidOperationException("Reading has not begun.");

    /// <summary>Begins to read. Until this is disposed of pages are kept for the reader.</summary>
    public IDisposable Begin(ReadPlace place) => _reader = tools.Reads.Join(stream, shard, place);

    /// <summary>The next read is from elsewhere.</summary>
    public void Restart(ReadPlace place) => Reader.Restart(place);

    /// <summary>Nothing more will be read.</summary>
    public void Leave() => Reader.Dispose();

    /// <summary>Gets the next page if it takes neither room nor a call; else null.</summary>
    public SharedAnswer? TryTake() => Reader.TryTake() is { } answer ? Counted(answer) : null;

    /// <summary>Gets the next page.</summary>
    /// <param name="iterator">Where to read, if it comes to that.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask<SharedAnswer> ReadAsync(string iterator, CancellationToken cancellationToken)
    {
        do
        {
            if (await Reader.FollowAsync(cancellationToken) is { } answer)
                return Counted(answer);
            await WaitForRoomAsync(cancellationToken);
        }
        while (!TryBegin());

        RecordPage? page = null;
        Exception? error = null;
        try
        {
            page = Sound(await client.GetRecordsAsync(stream, iterator, null, cancellationToken));
        }
        catch (Exception e)
        {
            error = e;
            throw;
        }
        finally
        {
            var bytes = page?.SizeInBytes ?? 0;
            tools.Budget.End(bytes);
            page?.WhenReleased(() => tools.Budget.Release(bytes));
            if (page is null)
                Reader.Fail(error);
        }

        return Counted(Reader.End(page));
    }

    public ValueTask BackOffAsync(StreamErrorKind cause, TimeSpan delay, CancellationToken cancellationToken) => Reader.BackOffAsync(cause, delay, tools.Time, cancellationToken);

    public ValueTask PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => Reader.PauseAsync(pause, tools.Time, cancellationToken);

    /// <summary>Begins to read, or gives the room back that was waited for: meanwhile another reader has the page.</summary>
    private bool TryBegin()
    {
        if (Reader.TryBegin())
            return true;
        tools.Budget.End(0);
        return false;
    }

    private static RecordPage Sound(RecordPage page)
    {
        for (var i = 0; i < page.Records.Count; i++)
        {
            if (page.Records[i].HasSequenceNumber)
                continue;
            page.Dispose();
            throw new StreamServiceException(StreamErrorKind.Unreachable, $"The service's answer holds a record without sequence number (record {i} of {page.Records.Count}).");
        }

        return page;
    }

    private SharedAnswer Counted(SharedAnswer answer)
    {
        Interlocked.Increment(ref _pages);
        answer.Page.WhenDisposed(() => Interlocked.Decrement(ref _pages));
        return answer;
    }

    /// <summary>Waits for its turn to read. That takes long only when what the process may hold is used up by shards whose handlers do not get on, so it is said.</summary>
    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        var turn = tools.Budget.BeginAsync(IsReadAhead, cancellationToken);
        if (turn.IsCompleted)
        {
            await turn;
            return;
        }

        var waiting = turn.AsTask();
        if (tools.Budget.IsFull && !IsReadAhead())
            tools.Reads.GiveUpKept();
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (await Task.WhenAny(waiting, Waiting.ForTimeAsync(LongestWaitUnsaid, tools.Time, given.Token)) != waiting && !IsReadAhead() && !cancellationToken.IsCancellationRequested)
        {
            LogWaits(shard, LongestWaitUnsaid, tools.Budget.Bytes, tools.Budget.Reads);
            progress.Failed($"{shard} waits to be read: {tools.Budget.Bytes} bytes of other records are held and {tools.Budget.Reads} reads are under way (MaximumBufferedMegabytes, MaximumConcurrentReads)");
        }

        given.CancelNow();
        await waiting;
    }

    private bool IsReadAhead() => Volatile.Read(ref _pages) > 0;

    [LoggerMessage(2006, LogLevel.Warning, "{Shard} has waited for {Time} to be read: {Bytes} bytes of records are held, and {Reads} reads are under way.")]
    private partial void LogWaits(ShardId shard, TimeSpan time, long bytes, int reads);
}
