using StreamWorker.Diagnostics;

namespace StreamWorker.Lambda;

/// <summary>A handler did not end by its invocation's deadline, although its token was cancelled in time. The process must end: that is what stops it.</summary>
/// <remarks>
/// The batch has been answered. Left alone, the handler would be frozen with the sandbox and go on with an old record in some later invocation,
/// when newer records of the same item have been handled elsewhere.
/// </remarks>
public sealed class HandlerOverrunException : StreamWorkerException
{
    internal HandlerOverrunException(string message)
        : base(message)
    {
    }
}
