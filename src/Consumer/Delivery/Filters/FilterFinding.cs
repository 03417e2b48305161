namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>What is likely to be a mistake in a pattern that is valid: it would match other records than its author thinks.</summary>
/// <param name="Rule">The rule behind it, by its number on the page about filters, for example <c>F8</c>.</param>
/// <param name="Place">Where in the pattern it is: the names on the way to it, joined by dots.</param>
/// <param name="Message">What happens, and what to write instead.</param>
public sealed record FilterFinding(string Rule, string Place, string Message)
{
    /// <summary>Gives the finding as one line.</summary>
    /// <returns>Place, message and rule.</returns>
    public override string ToString() => $"{(Place.Length == 0 ? "the pattern" : Place)}: {Message} [{Rule}]";
}
