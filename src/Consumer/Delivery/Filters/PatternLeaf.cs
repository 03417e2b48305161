namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>A member of a pattern with its conditions, of which one has to hold (F1).</summary>
internal sealed class PatternLeaf(string[] path, IReadOnlyList<PatternCondition> conditions)
{
    /// <summary>Gets the names of the members on the way to the value.</summary>
    public string[] Path => path;

    public IReadOnlyList<PatternCondition> Conditions => conditions;

    public ValueTest Test { get; } = new(conditions);

    public string Place => string.Join('.', path);

    /// <summary>Gets the conditions as they are written.</summary>
    public string Json => $"[{string.Join(',', conditions.Select(condition => condition.Json))}]";
}
