namespace StreamWorker.Worker.Import;

/// <summary>Values in order.</summary>
internal sealed class ListNode(Position at, IReadOnlyList<TemplateNode> members) : TemplateNode(at)
{
    public IReadOnlyList<TemplateNode> Members { get; } = members;
}
