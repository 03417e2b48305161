namespace StreamWorker.Worker.Import;

/// <summary>A text is not what can be imported; nothing was read from it.</summary>
internal sealed class TemplateFormatException(string message, Position? at = null, Exception? inner = null) : Exception(message, inner)
{
    public Position? At { get; } = at;
}
