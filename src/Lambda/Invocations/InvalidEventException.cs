using StreamWorker.Diagnostics;

namespace StreamWorker.Lambda.Invocations;

/// <summary>An invocation's event is not <c>{"Records":[…]}</c>. Lambda is told; nobody else sees it.</summary>
internal sealed class InvalidEventException(string message, Exception innerException) : StreamWorkerException(message, innerException);
