namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>One entry of a list of conditions.</summary>
/// <param name="Kind">What it asks.</param>
/// <param name="Json">How it is written.</param>
internal sealed record PatternCondition(ConditionKind Kind, string Json)
{
    /// <summary>Gets the texts that it is about, without quotes and escapes.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Gets the numbers, true, false or null that it is about, as they are written.</summary>
    public IReadOnlyList<string> Scalars { get; init; } = [];

    /// <summary>Gets the range of numbers that it is about.</summary>
    public NumberRange Range { get; init; } = NumberRange.All;
}
