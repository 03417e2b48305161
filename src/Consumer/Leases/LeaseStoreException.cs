using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Leases;

/// <summary>The lease store, or the way to it, failed.</summary>
public sealed class LeaseStoreException : StreamWorkerException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What happened, and what to do about it.</param>
    /// <param name="isTransient">Whether the same call may succeed later without anybody changing anything.</param>
    /// <param name="innerException">The cause, or null.</param>
    public LeaseStoreException(string message, bool isTransient, Exception? innerException = null)
        : base(message, innerException) => IsTransient = isTransient;

    /// <inheritdoc/>
    public override bool IsTransient { get; }
}
