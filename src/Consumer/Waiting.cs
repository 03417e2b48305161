using System.Threading.Channels;

namespace StreamWorker.Consumer;

/// <summary>
/// Waits as tasks for use with <see cref="Task.WhenAny(Task, Task)"/>. A channel's wait turned into a task, and a delay that is cancelled, complete such a task on the
/// thread pool, whatever context the loops run in; awaited here first, they complete it in the captured context.
/// </summary>
internal static class Waiting
{
    public static async Task<bool> ForDataAsync<T>(ChannelReader<T> reader, CancellationToken cancellationToken) => await reader.WaitToReadAsync(cancellationToken);

    public static async Task ForSignalAsync(Task signal) => await signal;

    public static async Task ForTimeAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken) => await Task.Delay(delay, time, cancellationToken);
}
