using StreamWorker.Consumer.Delivery.Windows;

namespace StreamWorker.Consumer.Delivery;

/// <summary>What is kept together with the position: the open window with its state, or which records behind the position are finished. Owned by the delivery loop.</summary>
internal sealed class CheckpointMemo(RecordBuffer buffer, WindowKeeper? windows, ReadOnlyMemory<byte> kept)
{
    private readonly Queue<(SequenceNumber From, SequenceNumber To)> _finished = new(FinishedMemo.Read(kept));
    private SequenceNumber? _lastRead;

    /// <summary>Gets the memo that belongs to the position as it is now; null when the position is not to be stored yet.</summary>
    public ReadOnlyMemory<byte>? Current => windows is null ? FinishedMemo.Write(buffer.FinishedBehind.Concat(_finished.Where(row => !(row.To <= _lastRead)))) : windows.Memo;

    /// <summary>Tells whether a record was finished before the checkpoint was stored from which delivery goes on. Asked for each record, in stream order.</summary>
    public bool WasFinished(SequenceNumber record)
    {
        _lastRead = record;
        while (_finished.TryPeek(out var row) && row.To < record)
            _finished.Dequeue();
        return _finished.TryPeek(out var next) && next.From <= record;
    }
}
