using StreamWorker.Testing.Running;

namespace StreamWorker.Testing;

/// <content>The end.</content>
public sealed partial class StreamHarness
{
    // What has been reported already is not waited for.
    private static readonly TimeSpan ShortEnd = TimeSpan.FromMilliseconds(100);

    private bool _isDisposed;

    /// <summary>Ends the worker and disposes of its services. A handler that is still at work is told to stop at once, and gets some seconds of real time for it.</summary>
    /// <returns>A task that completes when everything has ended.</returns>
    /// <exception cref="StreamHarnessException">A handler did not stop, or records were not given back. After a call that was cancelled, which has told what was at work, nothing is raised.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        var hasEnded = await EndAsync();
        if (!hasEnded)
        {
            var open = _world.Log.Open;
            KillWorker();
            if (!_wasCancelled)
                throw new StreamHarnessException(HarnessText.NotEnded(open));
        }

        if (!_wasCancelled && Table.Backlog.Sum(shard => shard.OpenPages) is > 0 and var pages)
            throw new StreamHarnessException($"The harness ended, and {pages} pages of records were not given back.");
    }

    private async Task<bool> EndAsync()
    {
        var longest = _wasCancelled ? ShortEnd : _world.Options.LongestEnd;
        using var giveUp = new CancellationTokenSource(longest, TimeProvider.System);
        var worker = _worker;
        try
        {
            // A cancelled call has ended, unless a handler has kept its thread.
            await Task.WhenAny(_driving, Task.Delay(longest, TimeProvider.System, CancellationToken.None));
            if (!_driving.IsCompleted)
                return false;
            await Task.Run(() => _world.Loop.RunToEndAsync(worker.EndAsync, giveUp.Token), CancellationToken.None).WaitAsync(longest * 2, TimeProvider.System);
            return true;
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && giveUp.IsCancellationRequested))
        {
            return false;
        }
    }
}
