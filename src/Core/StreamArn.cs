using System.Diagnostics.CodeAnalysis;

namespace StreamWorker;

/// <summary>The Amazon Resource Name of a table's stream: <c>arn:PARTITION:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL</c>.</summary>
/// <remarks>A table whose stream is disabled and enabled again has a new stream with another label, and so another ARN.</remarks>
public readonly record struct StreamArn
{
    private StreamArn(string value, string region, string account, string tableName, string label)
    {
        Value = value;
        Region = region;
        Account = account;
        TableName = tableName;
        Label = label;
    }

    /// <summary>Gets the ARN's text.</summary>
    public string Value { get; }

    /// <summary>Gets the region, for example <c>eu-central-1</c>.</summary>
    public string Region { get; }

    /// <summary>Gets the account's number.</summary>
    public string Account { get; }

    /// <summary>Gets the table's name.</summary>
    public string TableName { get; }

    /// <summary>Gets the stream's label: the time at which it was enabled. Labels of one table's streams sort by age.</summary>
    public string Label { get; }

    /// <summary>Reads a stream's ARN.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The ARN.</returns>
    /// <exception cref="FormatException">The text is not the ARN of a DynamoDB stream.</exception>
    public static StreamArn Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var arn)
            ? arn
            : throw new FormatException($"'{text}' is not the ARN of a DynamoDB stream: arn:PARTITION:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL is expected.");
    }

    /// <summary>Reads a stream's ARN if the text is one.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="arn">The ARN, or the default.</param>
    /// <returns>True when the text is the ARN of a DynamoDB stream.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out StreamArn arn)
    {
        arn = default;
        var parts = text?.Split(':', 6);
        if (parts is not ["arn", { Length: > 0 }, "dynamodb", { Length: > 0 } region, var account, var resource])
            return false;
        if (resource.Split('/', 4) is not ["table", { Length: > 0 } table, "stream", { Length: > 0 } label])
            return false;
        arn = new StreamArn(text!, region, account, table, label);
        return true;
    }

    /// <summary>Gives the ARN's text.</summary>
    /// <returns>The text that was read.</returns>
    public override string ToString() => Value ?? "";
}
