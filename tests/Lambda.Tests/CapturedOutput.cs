using System.Text;

namespace StreamWorker.Lambda.Tests;

/// <summary>A function's output, to be read while it is still being written.</summary>
internal sealed class CapturedOutput : MemoryStream
{
    private readonly Lock _lock = new();

    public string Text
    {
        get
        {
            lock (_lock)
                return Encoding.UTF8.GetString(ToArray());
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_lock)
            base.Write(buffer);
    }
}
