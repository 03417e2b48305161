using System.Buffers;

namespace StreamWorker.Normalization;

/// <summary>
/// Owns the received UTF-8 that records, items and attribute values are views of, and refuses reads once it has been given back: when the last of its users has
/// disposed of it. Holds what the records of a page share.
/// </summary>
internal sealed class RecordBytes(ReadOnlyMemory<byte> memory, StreamArn stream, StructuralScanner scanner, IMemoryOwner<byte>? owner = null) : IDisposable
{
    private IMemoryOwner<byte>? _owner = owner;
    private volatile bool _released;
    private int _users = 1;
    private Action? _told;

    public int Length => memory.Length;

    /// <summary>Gets the stream that was read; the default when only the records know it.</summary>
    public StreamArn Stream => stream;

    public StructuralScanner Scanner => scanner;

    public bool IsReleased => _released;

    public ReadOnlySpan<byte> All => Span(new Slice(0, Length));

    public ReadOnlySpan<byte> Span(Slice slice) => Memory(slice).Span;

    public ReadOnlyMemory<byte> Memory(Slice slice)
    {
        ObjectDisposedException.ThrowIf(_released, typeof(StreamRecord));
        return memory.Slice(slice.Start, slice.Length);
    }

    /// <summary>Lets one more use the bytes. Only who uses them may ask for it.</summary>
    public void AddUser() => Interlocked.Increment(ref _users);

    /// <summary>Has somebody told, once, when the bytes are given back.</summary>
    public void WhenReleased(Action told) => _told = told;

    /// <summary>One user needs the bytes no longer. Each user calls this once.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        _released = true;
        Interlocked.Exchange(ref _owner, null)?.Dispose();
        Interlocked.Exchange(ref _told, null)?.Invoke();
    }
}
