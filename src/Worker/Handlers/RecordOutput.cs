using Microsoft.Win32.SafeHandles;

namespace StreamWorker.Worker.Handlers;

/// <summary>Standard output for records. Lines of different shards never mix, and what could not be written is an error.</summary>
internal sealed class RecordOutput(Stream stream) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public static RecordOutput OpenStandardOutput()
    {
        // The console's own stream takes a pipe whose reader has gone for success, which would lose records; a file stream says it. For regular files it is the
        // other way round: a file stream writes at positions of its own, over what other writers of the same file have written.
        if (!OperatingSystem.IsWindows())
        {
            var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!pipe.CanSeek)
                return new RecordOutput(pipe);
        }

        return new RecordOutput(Console.OpenStandardOutput());
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Not cancelled in the middle of a line.
            await stream.WriteAsync(lines, CancellationToken.None);
            await stream.FlushAsync(CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
