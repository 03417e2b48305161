using Microsoft.Extensions.Options;

namespace StreamWorker.DynamoDb.Aws;

/// <summary>Holds the ranges of <see cref="DynamoDbOptions"/>, all faults at once.</summary>
internal sealed class DynamoDbOptionsRules : IValidateOptions<DynamoDbOptions>
{
    private const int ShortestTableName = 3;
    private const int LongestTableName = 255;

    // What a timer takes; anything near it is a mistake anyway.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, DynamoDbOptions options)
    {
        var faults = new List<string>();
        CheckDuration(nameof(options.GetRecordsTimeout), options.GetRecordsTimeout, faults);
        CheckDuration(nameof(options.CallTimeout), options.CallTimeout, faults);
        CheckDuration("Leases.CreateTableTimeout", options.Leases.CreateTableTimeout, faults);
        CheckDuration("Leases.CallTimeout", options.Leases.CallTimeout, faults);
        CheckDuration("Leases.BeatTimeout", options.Leases.BeatTimeout, faults);
        if (options.MaximumAnswerBytes < 1)
            faults.Add($"{nameof(options.MaximumAnswerBytes)} is {options.MaximumAnswerBytes}: it must be positive.");
        if (!IsTableName(options.Leases.TableName))
            faults.Add($"The lease table's name (LeaseTable) is '{options.Leases.TableName}': it must have {ShortestTableName} to {LongestTableName} of the characters a-z, A-Z, 0-9, '_', '-' and '.'.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsTableName(string? name) =>
        name is { Length: >= ShortestTableName and <= LongestTableName } && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.');

    private static void CheckDuration(string key, TimeSpan value, List<string> faults)
    {
        if (value <= TimeSpan.Zero || value > Longest)
            faults.Add($"{key} is {value}: it must be above 0 and at most {Longest}.");
    }
}
