using Microsoft.Extensions.Options;

namespace StreamWorker.Consumer.Hosting;

/// <summary>Checks the settings of a consumer: every fault with key, value and rule.</summary>
internal sealed class ConsumerOptionsValidator : IValidateOptions<ConsumerOptions>
{
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
        return rules.Faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(rules.Faults);
    }
}
