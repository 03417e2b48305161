using System.Buffers;

namespace StreamWorker.Testing;

/// <summary>The bytes of a page that was handed out. Giving them back wipes them, so that a reader who still looks at them sees it.</summary>
internal sealed class PageBuffer(byte[] bytes, Action returned) : IMemoryOwner<byte>
{
    private int _isReturned;

    public Memory<byte> Memory => bytes;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) != 0)
            return;
        bytes.AsSpan().Clear();
        returned();
    }
}
