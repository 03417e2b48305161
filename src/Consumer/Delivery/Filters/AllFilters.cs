namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Wants the records that all of several filters want.</summary>
internal sealed class AllFilters(IReadOnlyList<IRecordFilter> filters) : IRecordFilter
{
    private readonly IRecordFilter[] _filters = [.. filters];

    public bool Matches(StreamRecord record)
    {
        foreach (var filter in _filters)
        {
            if (!filter.Matches(record))
                return false;
        }

        return true;
    }
}
