using System.Text.Json;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>The names of operators.</summary>
internal static class Operators
{
    public const string Prefix = "prefix";
    public const string Suffix = "suffix";
    public const string AnythingBut = "anything-but";
    public const string EqualsIgnoreCase = "equals-ignore-case";
    public const string Numeric = "numeric";
    public const string Exists = "exists";

    /// <summary>Compares numbers where DynamoDB has texts. Ours: Lambda has nothing like it.</summary>
    public const string TypedNumeric = "streamworker:numeric";

    private static readonly string[] s_lambda = [Prefix, Suffix, AnythingBut, EqualsIgnoreCase, Numeric, Exists];
    private static readonly string[] s_eventBridge = ["wildcard", "cidr"];

    /// <summary>Gets the operators that can be used, for a message.</summary>
    public static string All { get; } = string.Join(", ", [.. s_lambda, TypedNumeric]);

    /// <summary>Tells whether EventBridge has an operator of this name that Lambda's language has not (F4).</summary>
    public static bool IsOfEventBridge(string name) => s_eventBridge.Contains(name);

    /// <summary>Tells whether a member is an operator, so that the list that it stands in is one of conditions (F15).</summary>
    public static bool IsReserved(JsonProperty member) =>
        s_lambda.Any(member.NameEquals) || s_eventBridge.Any(member.NameEquals) || member.NameEquals(TypedNumeric);
}
