namespace StreamWorker.Consumer.Hosting;

/// <summary>Which records a consumer wants, in the form of Lambda's event source mapping.</summary>
public sealed class FilterCriteria
{
    /// <summary>Gets the filters, of which a record has to match one.</summary>
    /// <value>The default is none: every record is wanted. At most 10.</value>
    public IList<FilterCriterion> Filters { get; } = [];
}
