namespace StreamWorker.Worker.Import;

/// <summary>A value that the template alone does not tell: something of another stack, of a deployed resource, or of a parameter without default.</summary>
/// <param name="at">Where it stands.</param>
/// <param name="expression">How the template says it, for people.</param>
/// <param name="known">As much of the text as is known, with <c>${…}</c> for the rest.</param>
internal sealed class OpenNode(Position at, string expression, string known = "${}") : TemplateNode(at)
{
    public string Expression { get; } = expression;

    public string Known { get; } = known;

    /// <summary>Gets why it is open, for people.</summary>
    public string Why => $"{Expression} is not known from the template{(Resource is null && Expression.StartsWith("!Ref", StringComparison.Ordinal) ? " (--parameter gives it a value)" : "")}";

    /// <summary>Gets the logical id of the resource that is referred to, if it is one.</summary>
    public string? Resource { get; init; }

    /// <summary>Gets which attribute of the resource is meant; none for the resource itself.</summary>
    public string? Attribute { get; init; }
}
