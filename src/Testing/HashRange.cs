using System.Text;

namespace StreamWorker.Testing;

/// <summary>The keys that a shard takes, by hash: a shard and its children never differ about an item, so an item stays in one lineage.</summary>
internal readonly record struct HashRange(ulong First, ulong Last)
{
    public static IReadOnlyList<HashRange> Divide(int parts)
    {
        var size = ulong.MaxValue / (ulong)parts;
        return [.. Enumerable.Range(0, parts).Select(i => new HashRange((ulong)i * size, i == parts - 1 ? ulong.MaxValue : (((ulong)i + 1) * size) - 1))];
    }

    public bool Contains(ulong hash) => hash >= First && hash <= Last;

    public (HashRange Lower, HashRange Upper) Halve()
    {
        var middle = First + ((Last - First) / 2);
        return (new HashRange(First, middle), new HashRange(middle + 1, Last));
    }

    /// <summary>Hashes a key: FNV-1a, then mixed, since its upper bits hardly differ for short keys.</summary>
    public static ulong Hash(string key)
    {
        var hash = 14695981039346656037UL;
        foreach (var octet in Encoding.UTF8.GetBytes(key))
            hash = (hash ^ octet) * 1099511628211UL;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebUL;
        return hash ^ (hash >> 31);
    }
}
