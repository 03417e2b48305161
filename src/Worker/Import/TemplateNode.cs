namespace StreamWorker.Worker.Import;

/// <summary>A value of a template or of an answer of Lambda's API, whichever notation it was written in.</summary>
internal abstract class TemplateNode(Position at)
{
    public Position At { get; } = at;
}
