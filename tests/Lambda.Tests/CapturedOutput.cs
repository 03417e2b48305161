using System.Text;

namespace StreamWorker.Lambda.Tests;

/// <summary>A function's output, to be read and waited for while it is still being written.</summary>
internal sealed class CapturedOutput : MemoryStream
{
    private readonly Lock _lock = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    public string Text
    {
        get
        {
            lock (_lock)
                return Encoding.UTF8.GetString(ToArray());
        }
    }

    /// <summary>Waits until the output holds a text.</summary>
    public async Task WaitForAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (Text.Contains(text, StringComparison.Ordinal))
                return;
            _awaited.Add((text, seen));
        }

        await seen.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_lock)
        {
            base.Write(buffer);
            foreach (var (_, seen) in _awaited.Where(awaited => Text.Contains(awaited.Text, StringComparison.Ordinal)))
                seen.TrySetResult();
        }
    }
}
