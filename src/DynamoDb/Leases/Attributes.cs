using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>Names and forms of the lease table's attributes.</summary>
internal static class Attributes
{
    public const string PartitionKey = "pk";
    public const string SortKey = "sk";
    public const string Schema = "schema";
    public const string Incarnation = "incarnation";

    /// <summary>The version of the rows' format. A row of a higher one belongs to a newer program and is not touched.</summary>
    public const long CurrentSchema = 1;

    public static RowValue Text(string value) => new(value);

    public static RowValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static RowValue Binary(ReadOnlyMemory<byte> value) => new() { B = new MemoryStream(value.ToArray(), writable: false) };

    public static RowValue Flag(bool value) => new() { BOOL = value };

    public static RowValue Time(DateTimeOffset value) => new(value.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Gives the primary key of a row.</summary>
    public static Row Key(string partition, string sort) => new(StringComparer.Ordinal)
    {
        [PartitionKey] = Text(partition),
        [SortKey] = Text(sort),
    };

    /// <summary>Tells whether a row's sort key begins with a prefix.</summary>
    public static bool HasSort(Row row, string prefix) => row.TryGetValue(SortKey, out var sort) && sort.S?.StartsWith(prefix, StringComparison.Ordinal) == true;

    /// <summary>Gives the names of an expression: <c>#name</c> stands for <c>name</c>, whatever words the service keeps for itself.</summary>
    public static Dictionary<string, string> Names(params ReadOnlySpan<string> names)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
            map.Add("#" + name, name);
        return map;
    }

    /// <summary>Escapes the characters that separate the parts of a key.</summary>
    public static string Escape(string part) => part.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
}
