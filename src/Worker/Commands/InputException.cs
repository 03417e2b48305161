namespace StreamWorker.Worker.Commands;

/// <summary>Raised for what was given to a verb and cannot be read.</summary>
internal sealed class InputException(string message, Exception? innerException = null) : Exception(message, innerException);
