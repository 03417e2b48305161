using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Delivery.Filters;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Checks the settings of a consumer: every fault with key, value and rule.</summary>
internal sealed class ConsumerOptionsValidator : IValidateOptions<ConsumerOptions>
{
    private const int MostFilters = 10;
    private const int LongestQuote = 400;
    private const string Destination = "DestinationConfig:OnFailure:Destination";

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ConsumerOptions options)
    {
        var rules = new SettingRules($"StreamWorker:Consumers:{name}");
        if (string.IsNullOrEmpty(options.TableName) == string.IsNullOrEmpty(options.StreamArn))
            rules.Fault(nameof(options.TableName), options.TableName, $"exactly one of TableName and StreamArn must be given (StreamArn is {(string.IsNullOrEmpty(options.StreamArn) ? "not given" : $"'{options.StreamArn}'")})");
        else if (string.IsNullOrEmpty(options.StreamArn))
            rules.Name(nameof(options.TableName), options.TableName, 3, 255);
        else if (!StreamWorker.StreamArn.TryParse(options.StreamArn, out _))
            rules.Fault(nameof(options.StreamArn), options.StreamArn, "must be arn:PARTITION:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL");

        if (!Enum.IsDefined(options.StartingPosition))
            rules.Fault(nameof(options.StartingPosition), options.StartingPosition, "must be TRIM_HORIZON or LATEST");
        if (!Enum.IsDefined(options.OnGap))
            rules.Fault(nameof(options.OnGap), options.OnGap, "must be Continue or Stop");
        rules.Range(nameof(options.BatchSize), options.BatchSize, 1, 10_000);
        rules.Range(nameof(options.RetryDelay), options.RetryDelay, ShortestDelay, LongestDelay);
        rules.Range(nameof(options.MaximumRetryDelay), options.MaximumRetryDelay, ShortestDelay, LongestDelay);
        if (options.MaximumRetryDelay < options.RetryDelay)
            rules.Fault(nameof(options.MaximumRetryDelay), options.MaximumRetryDelay, $"must not be less than RetryDelay ({options.RetryDelay:c})");
        ValidateMapping(options, rules);
        ValidateFilters(options.FilterCriteria.Filters, rules);
        ValidateDestination(options, rules);
        return rules.Faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(rules.Faults);
    }

    private static void ValidateMapping(ConsumerOptions options, SettingRules rules)
    {
        rules.Range(nameof(options.MaximumBatchingWindowInSeconds), options.MaximumBatchingWindowInSeconds, 0, 300);
        rules.Range(nameof(options.ParallelizationFactor), options.ParallelizationFactor, 1, 1_000);
        rules.Range(nameof(options.MaximumRetryAttempts), options.MaximumRetryAttempts, -1, 10_000);
        if (options.MaximumRecordAgeInSeconds != -1 && options.MaximumRecordAgeInSeconds is < 60 or > 604_800)
            rules.Fault(nameof(options.MaximumRecordAgeInSeconds), options.MaximumRecordAgeInSeconds, "must be -1 (no age), or between 60 and 604800");
        if (!Enum.IsDefined(options.FailurePolicy))
            rules.Fault(nameof(options.FailurePolicy), options.FailurePolicy, "must be Lambda or Isolate");
        if (!Enum.IsDefined(options.OnDestinationFailure))
            rules.Fault(nameof(options.OnDestinationFailure), options.OnDestinationFailure, "must be Block or Discard");
        rules.Range(nameof(options.TumblingWindowInSeconds), options.TumblingWindowInSeconds, 0, 900);
        if (options is { TumblingWindowInSeconds: > 0, ParallelizationFactor: > 1 })
            rules.Fault(nameof(options.ParallelizationFactor), options.ParallelizationFactor, $"must be 1 with a tumbling window (TumblingWindowInSeconds is {options.TumblingWindowInSeconds})");
        if (options is { TumblingWindowInSeconds: > 0, FailurePolicy: FailurePolicy.Isolate })
            rules.Fault(nameof(options.FailurePolicy), options.FailurePolicy, $"must be Lambda with a tumbling window (TumblingWindowInSeconds is {options.TumblingWindowInSeconds}): a window's state goes from one call to the next");
    }

    private static void ValidateFilters(IList<FilterCriterion> filters, SettingRules rules)
    {
        const string Key = $"{nameof(ConsumerOptions.FilterCriteria)}:{nameof(FilterCriteria.Filters)}";
        if (filters.Count > MostFilters)
            rules.Fault(Key, filters.Count, $"at most {MostFilters} filters are allowed [E11]");
        for (var i = 0; i < filters.Count; i++)
        {
            try
            {
                FilterPattern.Parse(filters[i].Pattern);
            }
            catch (FilterPatternException e)
            {
                rules.Fault($"{Key}:{i}:{nameof(FilterCriterion.Pattern)}", Shortened(filters[i].Pattern), $"is no filter pattern: {e.Message}");
            }
        }
    }

    private static string Shortened(string pattern) => pattern.Length <= LongestQuote ? pattern : $"{pattern[..LongestQuote]}…";
    private static void ValidateDestination(ConsumerOptions options, SettingRules rules)
    {
        if (options.SpillBeforeExpiry && !options.HasFailureDestination)
            rules.Fault(nameof(options.SpillBeforeExpiry), options.SpillBeforeExpiry, $"needs a failure destination ({Destination} is not given)");
        if (string.IsNullOrEmpty(options.OnFailureDestination))
            return;
        if (!FailureDestinationAddress.TryParse(options.OnFailureDestination, out var address, out var rule))
            rules.Fault(Destination, options.OnFailureDestination, rule);
        else if (address.Kind == FailureDestinationKind.Table && address.Name == ConsumedTable(options))
            rules.Fault(Destination, options.OnFailureDestination, "must be another table than the one that is consumed: what is written to it would come back");
    }

    private static string? ConsumedTable(ConsumerOptions options) =>
        string.IsNullOrEmpty(options.StreamArn) ? options.TableName : StreamWorker.StreamArn.TryParse(options.StreamArn, out var stream) ? stream.TableName : null;
}
