using System.Globalization;

namespace StreamWorker;

/// <summary>The name of a shard.</summary>
/// <param name="Value">The name as the service gives it, for example <c>shardId-00000001795448752315-fb9ebbab</c>.</param>
public readonly record struct ShardId(string Value)
{
    private const string Prefix = "shardId-";
    private const int TimeDigits = 20;

    /// <summary>Gets when the shard was created, as far as its name tells.</summary>
    /// <value>The time with a resolution of 1 ms, or null when the name has another shape (emulators). A hint for display and age, never a fact to decide order by.</value>
    public DateTimeOffset? CreatedAt
    {
        get
        {
            if (Value is null || !Value.StartsWith(Prefix, StringComparison.Ordinal) || Value.Length < Prefix.Length + TimeDigits)
                return null;
            var digits = Value.AsSpan(Prefix.Length, TimeDigits);
            return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                    ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                    : null;
        }
    }

    /// <summary>Gives the name.</summary>
    /// <returns>The name as the service gives it.</returns>
    public override string ToString() => Value ?? "";
}
