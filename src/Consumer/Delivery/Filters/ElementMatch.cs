using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>
/// Decides whether an alternative whose tests all pass does so with values that belong together: of each list of objects, all that it asks for has to stand in one
/// element (F12). Values that stand in a list themselves are taken one by one.
/// </summary>
/// <remarks>Called for records that hold such lists where patterns look, and that may match. It reads what it needs as often as it needs it.</remarks>
internal readonly ref struct ElementMatch(FilterTree tree, ReadOnlySpan<byte> utf8, StructuralScanner scanner, ReadOnlySpan<ulong> alternative, ReadOnlySpan<ulong> found)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private readonly ReadOnlySpan<ulong> _alternative = alternative;
    private readonly ReadOnlySpan<ulong> _found = found;

    /// <summary>Tells whether the record matches. What cannot be read matches.</summary>
    public bool Matches() => HasMembers(tree.Root, 0, 0);

    /// <summary>Tells whether the members of the object at a position, or of one element of the list there, are what is asked for.</summary>
    private bool HasMembers(FilterNode node, int position, int depth)
    {
        var walker = new JsonWalker(_utf8, position, scanner, []);
        if (walker.Next() == '[')
        {
            walker.TryTake('[');
            if (walker.TryTake(']'))
                return false;
            do
            {
                walker.Next();
                if (depth >= ReceivedValue.MaximumDepth || HasMembers(node, walker.Position, depth + 1) || !walker.TryTakeValue(out _))
                    return true;
            }
            while (walker.TryTake(','));
            return false;
        }

        if (walker.Next() != '{')
            return false;
        foreach (var member in node.Members)
        {
            if (IsAskedFor(member) && !HasMember(node, member, walker.Position, depth))
                return false;
        }

        return true;
    }

    /// <summary>Tells whether the object at a position has this member, with what is asked of it.</summary>
    private bool HasMember(FilterNode node, FilterNode member, int position, int depth)
    {
        var walker = new JsonWalker(_utf8, position, scanner, []);
        walker.TryTake('{');
        if (walker.TryTake('}'))
            return false;
        do
        {
            if (!walker.TryTakeName(out var name, out _))
                return true;
            var isMember = node.Find(node == tree.Identity ? DeliveredName.OfIdentity(name) : name) == member;
            walker.Next();
            var start = walker.Position;
            if (!walker.TryTakeValue(out _) || (isMember && HasValue(member, start, depth)))
                return true;
        }
        while (walker.TryTake(','));
        return false;
    }

    private bool HasValue(FilterNode member, int position, int depth)
    {
        foreach (var leaf in member.Leaves)
        {
            if (IsOpen(leaf) && !HasScalar(tree.Tests[leaf], position, depth))
                return false;
        }

        return !AsksForMembers(member) || HasMembers(member, position, depth + 1);
    }

    /// <summary>Tells whether the value at a position passes a test, or one that stands in the list there.</summary>
    private bool HasScalar(ValueTest test, int position, int depth)
    {
        var walker = new JsonWalker(_utf8, position, scanner, []);
        if (walker.Next() == '{')
            return false;
        if (!walker.TryTake('['))
            return !walker.TryTakeValue(out var value) || ReceivedValue.Meets(test, _utf8.Slice(value.Start, value.Length));
        if (walker.TryTake(']'))
            return false;
        do
        {
            walker.Next();
            if (depth >= ReceivedValue.MaximumDepth || HasScalar(test, walker.Position, depth + 1) || !walker.TryTakeValue(out _))
                return true;
        }
        while (walker.TryTake(','));
        return false;
    }

    private bool IsAskedFor(FilterNode node)
    {
        // The stream's name is the same wherever it is read, and was tested before.
        if (node == tree.SourceArn)
            return false;
        foreach (var leaf in node.Leaves)
        {
            if (IsOpen(leaf))
                return true;
        }

        return AsksForMembers(node);
    }

    private bool AsksForMembers(FilterNode node)
    {
        if (!Bits.Overlap(node.Below, _alternative))
            return false;
        foreach (var member in node.Members)
        {
            if (IsAskedFor(member))
                return true;
        }

        return false;
    }

    /// <summary>Tells whether a leaf is asked for and not met by there being nothing in the whole record.</summary>
    private bool IsOpen(int leaf) => Bits.Has(_alternative, leaf) && (Bits.Has(_found, leaf) || !Bits.Has(tree.TakesMissing, leaf));
}
