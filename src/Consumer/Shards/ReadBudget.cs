using System.Diagnostics.Metrics;
using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Shards;

/// <summary>
/// Bounds the reads that are under way in the process, and the bytes of the pages that are held. Who asks when there is no room waits in line. A page that is read ahead, while
/// earlier ones of its shard are not finished, has half of the room, so that shards whose handlers are slow cannot keep the others from reading.
/// </summary>
/// <remarks>A page may be larger than the <see cref="PageBytes"/> that are set aside for it: by that much the bound can be passed.</remarks>
internal sealed class ReadBudget(int maximumReads, long maximumBytes)
{
    /// <summary>What is set aside for a page before its size is known: the service ends a page at 1 MB of records.</summary>
    public const long PageBytes = 1 << 20;

    private static readonly UpDownCounter<long> s_buffered = Telemetry.Meter.CreateUpDownCounter<long>(
        "streamworker.read.buffered", "By", "Bytes of the pages that are held, and what is set aside for those that are being read.");

    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _line = new();
    private readonly LinkedList<TaskCompletionSource> _lineToReadAhead = new();
    private int _reads;
    private long _bytes;

    /// <summary>Gets the bytes of the pages that are held, and what is set aside for those that are being read.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Gets how many reads are under way.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Waits until a page may be read. Each wait that ends well is followed by one <see cref="End"/>.</summary>
    public async ValueTask BeginAsync(bool isReadAhead, CancellationToken cancellationToken)
    {
        var line = isReadAhead ? _lineToReadAhead : _line;
        LinkedListNode<TaskCompletionSource> waiter;
        lock (_lock)
        {
            if (line.Count == 0 && TryTake(isReadAhead))
                return;
            waiter = line.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        using var cancelled = cancellationToken.Register(() => waiter.Value.TrySetCanceled(cancellationToken));
        try
        {
            await waiter.Value.Task;
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (waiter.List is not null)
                    line.Remove(waiter);
            }

            throw;
        }
    }

    /// <summary>A read has ended. The bytes that it gave are held until <see cref="Release"/>.</summary>
    public void End(long bytes)
    {
        lock (_lock)
        {
            _reads--;
            Hold(bytes - PageBytes);
            LetIn();
        }
    }

    /// <summary>Bytes are held no longer.</summary>
    public void Release(long bytes)
    {
        lock (_lock)
        {
            Hold(-bytes);
            LetIn();
        }
    }

    private void LetIn()
    {
        LetIn(_line, isReadAhead: false);
        LetIn(_lineToReadAhead, isReadAhead: true);
    }

    private void LetIn(LinkedList<TaskCompletionSource> line, bool isReadAhead)
    {
        while (line.First is { } waiter && TryTake(isReadAhead))
        {
            line.Remove(waiter);
            if (waiter.Value.TrySetResult())
                continue;
            _reads--;
            Hold(-PageBytes);
        }
    }

    private bool TryTake(bool isReadAhead)
    {
        if (_reads >= maximumReads || _bytes + PageBytes > (isReadAhead ? maximumBytes / 2 : maximumBytes))
            return false;
        _reads++;
        Hold(PageBytes);
        return true;
    }

    private void Hold(long bytes)
    {
        _bytes += bytes;
        s_buffered.Add(bytes);
    }
}
