using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Delivery.Filters;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Makes a consumer's filter of its options and of what its code says.</summary>
internal static partial class ConsumerFilters
{
    /// <summary>Makes the filter, and logs what is likely to be a mistake in its patterns. Called once, when the consumer starts.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="options">Its options, which have been validated.</param>
    /// <param name="services">Where the functions are that its code added.</param>
    /// <param name="logger">The consumer's logger.</param>
    /// <returns>The filter; null when every record is wanted.</returns>
    public static IRecordFilter? For(string consumer, ConsumerOptions options, IServiceProvider services, ILogger logger)
    {
        var patterns = options.FilterCriteria.Filters.Select(filter => FilterPattern.Parse(filter.Pattern)).ToList();
        for (var i = 0; i < patterns.Count; i++)
        {
            foreach (var finding in patterns[i].Findings)
                LogFinding(logger, consumer, i, finding);
        }

        var filters = new List<IRecordFilter>();

        // One pattern that matches everything makes the others pointless (F19).
        if (patterns.Count > 0 && !patterns.Exists(pattern => pattern.Parsed.Alternatives.Any(alternative => alternative.Count == 0)))
            filters.Add(new PatternFilter(patterns.Select(pattern => pattern.Parsed)));
        filters.AddRange(services.GetKeyedServices<DeliveryPredicate>(consumer).Select(predicate => new PredicateFilter(predicate.Wants, consumer, logger)));
        return filters switch
        {
            [] => null,
            [var only] => only,
            _ => new AllFilters(filters),
        };
    }

    [LoggerMessage(4151, LogLevel.Warning, "{Consumer}: FilterCriteria:Filters:{Index}:Pattern: {Finding}")]
    private static partial void LogFinding(ILogger logger, string consumer, int index, FilterFinding finding);
}
