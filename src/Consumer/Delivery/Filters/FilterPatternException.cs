using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Raised for a text that is no filter pattern.</summary>
public sealed class FilterPatternException : StreamWorkerException
{
    internal FilterPatternException(string place, string fault, string rule, Exception? innerException = null)
        : base($"{(place.Length == 0 ? "the pattern" : place)}: {fault} [{rule}]", innerException)
    {
        Place = place;
        Rule = rule;
    }

    /// <summary>Gets where in the pattern the fault is.</summary>
    /// <value>The names on the way to it, joined by dots, and the position in a list in brackets: <c>dynamodb.NewImage.total.N[0]</c>. Empty for the pattern as a whole.</value>
    public string Place { get; }

    /// <summary>Gets the rule that the pattern breaks, by its number on the page about filters, for example <c>F1</c>.</summary>
    public string Rule { get; }
}
