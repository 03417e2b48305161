using System.Globalization;
using System.Text;

namespace StreamWorker.Testing;

/// <summary>What an iterator says, to nobody but the service: where to read next, and when it was issued.</summary>
internal readonly record struct IteratorToken(StreamArn Stream, ShardId Shard, long Position, DateTimeOffset IssuedAt)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    public static IteratorToken? TryParse(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            return null;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split('|');
        return parts.Length == 4
            && StreamArn.TryParse(parts[0], out var stream)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks
                ? new IteratorToken(stream, new ShardId(parts[1]), position, new DateTimeOffset(ticks, TimeSpan.Zero))
                : null;
    }

    public override string ToString() =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Stream}|{Shard}|{Position}|{IssuedAt.UtcTicks}")));
}
