namespace StreamWorker.Consumer.Hosting;

/// <summary>One filter.</summary>
/// <param name="Pattern">A JSON object of at most 4,096 characters whose leaves are lists of conditions, for example <c>{"eventName":["INSERT"]}</c>.</param>
public sealed record FilterCriterion(string Pattern);
