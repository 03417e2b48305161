namespace StreamWorker.Worker.Import;

/// <summary>Values by name, in the order in which they were written. No name is there twice.</summary>
internal sealed class MapNode(Position at, IReadOnlyList<KeyValuePair<string, TemplateNode>> members) : TemplateNode(at)
{
    public IReadOnlyList<KeyValuePair<string, TemplateNode>> Members { get; } = members;

    public TemplateNode? this[string name] => Members.FirstOrDefault(member => member.Key == name).Value;

    /// <summary>Gives a member unless it is null.</summary>
    public TemplateNode? Given(string name) => this[name] is { } value and not ScalarNode { IsNull: true } ? value : null;
}
