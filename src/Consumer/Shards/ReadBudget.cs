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
    private readonly LinkedList<Waiter> _line = new();
    private int _reads;
    private long _bytes;

    /// <summary>Gets the bytes of the pages that are held, and what is set aside for those that are being read.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Gets how many reads are under way.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Gets whether there is no room for one more page.</summary>
    public bool IsFull => Bytes + PageBytes > maximumBytes;

    /// <summary>Waits until a page may be read. Each wait that ends well is followed by one <see cref="End"/>.</summary>
    /// <param name="isReadAhead">Tells whether the page would be read ahead. Asked again whenever there is room: who waits may have finished what it held.</param>
    /// <param name="cancellationToken">Gives the place in the line up.</param>
    public async ValueTask BeginAsync(Func<bool> isReadAhead, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> waiter;
        lock (_lock)
        {
            waiter = _line.AddLast(new Waiter(isReadAhead));
            LetIn();
        }

        if (waiter.Value.Turn.Task.IsCompleted)
            return;
        using var cancelled = cancellationToken.Register(() => waiter.Value.Turn.TrySetCanceled(cancellationToken));
        try
        {
            await waiter.Value.Turn.Task;
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (waiter.List is not null)
                    _line.Remove(waiter);
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

    /// <summary>Lets in who can be, first come first served; who reads ahead may have to wait where one behind it need not.</summary>
    private void LetIn()
    {
        for (var waiter = _line.First; waiter is not null && HasRoom(maximumBytes);)
        {
            var next = waiter.Next;
            if (!waiter.Value.IsReadAhead() || HasRoom(maximumBytes / 2))
            {
                _line.Remove(waiter);
                if (waiter.Value.Turn.TrySetResult())
                {
                    _reads++;
                    Hold(PageBytes);
                }
            }

            waiter = next;
        }
    }

    private bool HasRoom(long bytes) => _reads < maximumReads && _bytes + PageBytes <= bytes;

    private void Hold(long bytes)
    {
        _bytes += bytes;
        s_buffered.Add(bytes);
    }

    private sealed record Waiter(Func<bool> IsReadAhead)
    {
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
