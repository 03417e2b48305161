using System.Text;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Wants the records that match one of several patterns (F1).</summary>
/// <remarks>
/// A record that cannot be read where the patterns look is wanted: whoever handles it finds the fault, and nothing is passed over that might have matched. Where no
/// pattern looks, nothing is read.
/// </remarks>
internal sealed class PatternFilter : IRecordFilter
{
    private const int WordsOnStack = 32;

    private readonly FilterTree _tree;

    public PatternFilter(IEnumerable<ParsedPattern> patterns) => _tree = new FilterTree(patterns);

    public IReadOnlyList<PatternLeaf> Leaves => _tree.Leaves;

    public bool Matches(StreamRecord record)
    {
        Span<ulong> found = _tree.Words <= WordsOnStack ? stackalloc ulong[_tree.Words] : new ulong[_tree.Words];
        Span<ulong> passed = _tree.Words <= WordsOnStack ? stackalloc ulong[_tree.Words] : new ulong[_tree.Words];
        if (!TryRead(record, found, passed, out var meetsElements))
            return true;
        foreach (var alternative in _tree.Alternatives)
        {
            if (Passes(alternative, found, passed)
                && (!meetsElements || new ElementMatch(_tree, record.Utf8Json.Span, record.Scanner, alternative, found).Matches()))
                return true;
        }

        return false;
    }

    /// <summary>Finds what keeps a record from matching: of the alternative that comes closest, the leaves that fail. None when it is only that no one element of a list has it all.</summary>
    public IReadOnlyList<PatternLeaf> FailingLeaves(StreamRecord record)
    {
        var found = new ulong[_tree.Words];
        var passed = new ulong[_tree.Words];
        if (!TryRead(record, found, passed, out _))
            return [];
        return _tree.Alternatives
            .Select(alternative => Enumerable.Range(0, Leaves.Count).Where(leaf => Bits.Has(alternative, leaf) && !Passes(leaf, found, passed)).ToList())
            .MinBy(failing => failing.Count)!
            .ConvertAll(leaf => Leaves[leaf]);
    }

    private bool TryRead(StreamRecord record, Span<ulong> found, Span<ulong> passed, out bool meetsElements)
    {
        meetsElements = false;
        if (record.IsMalformed)
            return false;
        ReadOnlySpan<Slice> known = [record.Within(record.KeysSlice), record.Within(record.NewImageSlice), record.Within(record.OldImageSlice)];
        var walk = new FilterWalk(_tree, record, known, found, passed);
        if (!walk.TryWalk(_tree.SourceArn is null ? default : SourceArnOf(record)))
            return false;
        meetsElements = walk.MeetsElements;
        return true;
    }

    private static byte[] SourceArnOf(StreamRecord record) => Encoding.UTF8.GetBytes(record.Stream.ToString());

    private bool Passes(int leaf, ReadOnlySpan<ulong> found, ReadOnlySpan<ulong> passed) =>
        Bits.Has(passed, leaf) || (Bits.Has(_tree.TakesMissing, leaf) && !Bits.Has(found, leaf));

    private bool Passes(ulong[] alternative, ReadOnlySpan<ulong> found, ReadOnlySpan<ulong> passed)
    {
        for (var i = 0; i < alternative.Length; i++)
        {
            if ((alternative[i] & ~(passed[i] | (_tree.TakesMissing[i] & ~found[i]))) != 0)
                return false;
        }

        return true;
    }
}
