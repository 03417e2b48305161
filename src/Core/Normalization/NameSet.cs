using System.Text;

namespace StreamWorker.Normalization;

/// <summary>Tells which names of a map have come before. The first few are compared where they are; only many, or escaped ones, are decoded for it.</summary>
internal ref struct NameSet
{
    /// <summary>How many names are compared one by one: each comparison is mostly one of lengths.</summary>
    public const int Few = 32;

    private readonly Span<Slice> _few;
    private int _count;
    private HashSet<string>? _many;

    /// <summary>Makes an empty set.</summary>
    /// <param name="room">Room for <see cref="Few"/> names.</param>
    public NameSet(Span<Slice> room) => _few = room;

    /// <summary>Adds the name that the reader stands on.</summary>
    /// <returns>False when it has come before.</returns>
    public bool Add(scoped in TypedReader reader)
    {
        if (_many is null && _count < _few.Length && reader.TryGetUnescaped(out var name))
        {
            foreach (var other in _few[.._count])
            {
                if (other.Length == name.Length && reader.At(other).SequenceEqual(name))
                    return false;
            }

            _few[_count++] = reader.NameSlice;
            return true;
        }

        if (_many is null)
        {
            _many = new HashSet<string>(StringComparer.Ordinal);
            foreach (var other in _few[.._count])
                _many.Add(Encoding.UTF8.GetString(reader.At(other)));
        }

        var decoding = reader;
        return _many.Add(decoding.Name());
    }
}
