using System.Buffers;

namespace StreamWorker.Normalization;

/// <summary>Owns the received UTF-8 that records, items and attribute values are views of, and refuses reads once it has been given back.</summary>
internal sealed class RecordBytes(ReadOnlyMemory<byte> memory, IMemoryOwner<byte>? owner = null) : IDisposable
{
    private IMemoryOwner<byte>? _owner = owner;
    private volatile bool _released;

    public int Length => memory.Length;

    public ReadOnlySpan<byte> Span(Slice slice) => Memory(slice).Span;

    public ReadOnlyMemory<byte> Memory(Slice slice)
    {
        ObjectDisposedException.ThrowIf(_released, typeof(StreamRecord));
        return memory.Slice(slice.Start, slice.Length);
    }

    public void Dispose()
    {
        _released = true;
        Interlocked.Exchange(ref _owner, null)?.Dispose();
    }
}
