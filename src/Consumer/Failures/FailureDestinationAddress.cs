using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace StreamWorker.Consumer.Failures;

/// <summary>Names a failure destination: the ARN of a queue, topic, bucket or table, or a folder.</summary>
public sealed record FailureDestinationAddress
{
    /// <summary>The most characters that an ARN may have here, as in Lambda.</summary>
    public const int MaximumArnLength = 350;

    private const string FolderPrefix = "folder:";
    private const string FilePrefix = "file:";
    private const string Forms =
        "must be the ARN of a standard SQS queue, a standard SNS topic, an S3 bucket or a DynamoDB table (arn:aws:dynamodb:REGION:ACCOUNT:table/NAME), or a folder (folder:PATH or file:///PATH)";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> TableCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    private static readonly SearchValues<char> BucketCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    private FailureDestinationAddress(FailureDestinationKind kind, string value, string name, string region = "", string account = "", string partition = "")
    {
        Kind = kind;
        Value = value;
        Name = name;
        Region = region;
        Account = account;
        Partition = partition;
    }

    /// <summary>Gets what kind of place it is.</summary>
    public FailureDestinationKind Kind { get; }

    /// <summary>Gets the text that was read.</summary>
    public string Value { get; }

    /// <summary>Gets the name of the queue, topic, bucket or table, or the folder's path.</summary>
    public string Name { get; }

    /// <summary>Gets the region; empty for a bucket, whose ARN has none, and for a folder.</summary>
    public string Region { get; }

    /// <summary>Gets the account; empty for a bucket and for a folder.</summary>
    public string Account { get; }

    /// <summary>Gets the partition, for example <c>aws</c>; empty for a folder.</summary>
    public string Partition { get; }

    /// <summary>Gets whether it can be read back.</summary>
    public bool CanBeRead => Kind != FailureDestinationKind.Topic;

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The address.</returns>
    /// <exception cref="FormatException">The text names no failure destination; the message has the rule.</exception>
    public static FailureDestinationAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var address, out var rule) ? address : throw new FormatException($"'{text}' names no failure destination: it {rule}.");
    }

    /// <summary>Reads an address if the text is one.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="address">The address; null when the text is none.</param>
    /// <param name="rule">The rule that the text does not keep; null when it is an address.</param>
    /// <returns>True when the text is an address.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out FailureDestinationAddress? address, [NotNullWhen(false)] out string? rule)
    {
        (address, rule) = Read(text ?? "");
        return address is not null;
    }

    /// <summary>Gives the text that was read.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value;

    private static (FailureDestinationAddress? Address, string? Rule) Read(string text)
    {
        if (text.StartsWith("kafka:", StringComparison.OrdinalIgnoreCase))
            return (null, $"{Forms}; a Kafka topic cannot take the records of a DynamoDB stream");
        if (text.StartsWith(FolderPrefix, StringComparison.Ordinal))
            return ReadFolder(text, text[FolderPrefix.Length..]);
        if (text.StartsWith(FilePrefix, StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { IsFile: true, IsUnc: false, Query.Length: 0, Fragment.Length: 0 }
                ? ReadFolder(text, uri.LocalPath)
                : (null, "must be a folder of this machine: file:///PATH");
        }

        if (text.Length > MaximumArnLength)
            return (null, $"must have at most {MaximumArnLength} characters");
        return text.Split(':', 6) is ["arn", { Length: > 0 } partition, var service, var region, var account, var resource]
            ? ReadArn(text, partition, service, region, account, resource)
            : (null, Forms);
    }

    private static (FailureDestinationAddress? Address, string? Rule) ReadFolder(string text, string path) =>
        string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal)
            ? (null, "must name a folder: folder:PATH or file:///PATH")
            : (new FailureDestinationAddress(FailureDestinationKind.Folder, text, path), null);

    private static (FailureDestinationAddress? Address, string? Rule) ReadArn(string text, string partition, string service, string region, string account, string resource)
    {
        switch (service)
        {
            case "sqs" or "sns" when resource.EndsWith(".fifo", StringComparison.Ordinal):
                return (null, $"must not be a FIFO {(service == "sqs" ? "queue" : "topic")}: only standard ones are taken");
            case "sqs" when IsRegional(region, account) && IsName(resource, 1, 80, NameCharacters):
                return (new FailureDestinationAddress(FailureDestinationKind.Queue, text, resource, region, account, partition), null);
            case "sns" when IsRegional(region, account) && IsName(resource, 1, 256, NameCharacters):
                return (new FailureDestinationAddress(FailureDestinationKind.Topic, text, resource, region, account, partition), null);
            case "s3" when region.Length == 0 && account.Length == 0 && IsName(resource, 3, 63, BucketCharacters):
                return (new FailureDestinationAddress(FailureDestinationKind.Bucket, text, resource, partition: partition), null);
            case "dynamodb" when IsRegional(region, account) && resource.Split('/') is ["table", var table] && IsName(table, 3, 255, TableCharacters):
                return (new FailureDestinationAddress(FailureDestinationKind.Table, text, table, region, account, partition), null);
            default:
                return (null, Forms);
        }
    }

    private static bool IsRegional(string region, string account) => region.Length > 0 && account.Length > 0 && account.All(char.IsAsciiDigit);

    private static bool IsName(string name, int shortest, int longest, SearchValues<char> characters) =>
        name.Length >= shortest && name.Length <= longest && !name.AsSpan().ContainsAnyExcept(characters);
}
