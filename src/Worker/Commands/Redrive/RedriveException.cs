namespace StreamWorker.Worker.Commands.Redrive;

/// <summary>What was asked for cannot be done; the message is for who asked.</summary>
internal sealed class RedriveException(string message) : Exception(message);
