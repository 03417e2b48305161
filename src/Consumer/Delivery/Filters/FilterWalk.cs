using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>
/// Goes through a record once and tests the values at which patterns look, each for itself. What no pattern names is jumped over. Which elements of lists the values
/// stand in is not looked at here: an alternative whose tests all pass is one that may match.
/// </summary>
internal ref struct FilterWalk
{
    private readonly FilterTree _tree;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly Span<ulong> _found;
    private readonly Span<ulong> _passed;
    private JsonWalker _walker;
    private bool _hasSourceArn;

    /// <summary>Begins a walk.</summary>
    /// <param name="tree">The patterns.</param>
    /// <param name="record">The record.</param>
    /// <param name="known">Parts of the record whose ends are known.</param>
    /// <param name="found">Takes the leaves for which there is a value. Empty.</param>
    /// <param name="passed">Takes the leaves of which a value passes the test. Empty.</param>
    public FilterWalk(FilterTree tree, StreamRecord record, ReadOnlySpan<Slice> known, Span<ulong> found, Span<ulong> passed)
    {
        _tree = tree;
        _utf8 = record.Utf8Json.Span;
        _walker = new JsonWalker(_utf8, 0, record.Scanner, known);
        _found = found;
        _passed = passed;
    }

    /// <summary>Gets whether values stand in elements of a list, of which one may have to pass several tests.</summary>
    public bool MeetsElements { get; private set; }

    /// <summary>Walks.</summary>
    /// <param name="sourceArn">The stream that the record comes from, which is part of it as delivered (F17).</param>
    /// <returns>False when the record cannot be read where a pattern looks.</returns>
    public bool TryWalk(ReadOnlySpan<byte> sourceArn)
    {
        if (_walker.Next() != '{' || !TryTakeMembers(_tree.Root, 0))
            return false;
        if (_tree.SourceArn is { } node && !_hasSourceArn)
        {
            foreach (var leaf in node.Leaves)
            {
                Bits.Set(_found, leaf);
                if (_tree.Tests[leaf].TakesText(sourceArn))
                    Bits.Set(_passed, leaf);
            }
        }

        return true;
    }

    private bool TryTakeMembers(FilterNode node, int depth)
    {
        if (depth > ReceivedValue.MaximumDepth)
            return false;
        _walker.TryTake('{');
        if (_walker.TryTake('}'))
            return true;
        do
        {
            if (!_walker.TryTakeName(out var name, out var quoted) || (name.IsEmpty && quoted.Length > 2))
                return false;
            var member = node.Find(node == _tree.Identity ? DeliveredName.OfIdentity(name) : name);
            if (!(member is null ? _walker.TryTakeValue(out _) : TryTakeMember(member, depth)))
                return false;
        }
        while (_walker.TryTake(','));
        return _walker.TryTake('}');
    }

    private bool TryTakeMember(FilterNode member, int depth)
    {
        if (member != _tree.SourceArn)
            return TryTakeValue(member, depth + 1);

        // Null is what a member that is not there is replaced with.
        var start = _walker.Position;
        if (!_walker.TryTakeValue(out var value))
            return false;
        if (_utf8.Slice(value.Start, value.Length).SequenceEqual("null"u8))
            return true;
        _hasSourceArn = true;
        _walker.Position = start;
        return TryTakeValue(member, depth + 1);
    }

    private bool TryTakeValue(FilterNode node, int depth)
    {
        var next = _walker.Next();
        if (next == '[')
            return TryTakeElements(node, depth);
        if (next == '{' && !node.Members.IsEmpty)
            return TryTakeMembers(node, depth);
        if (!_walker.TryTakeValue(out var value))
            return false;
        if (next != '{')
            Test(node, _utf8.Slice(value.Start, value.Length));
        return true;
    }

    /// <summary>Tests the elements of a list as if each stood in its place (F12, F13).</summary>
    private bool TryTakeElements(FilterNode node, int depth)
    {
        if (depth > ReceivedValue.MaximumDepth)
            return false;
        _walker.TryTake('[');
        if (_walker.TryTake(']'))
            return true;
        MeetsElements |= node.NeedsOneElement;
        do
        {
            if (!TryTakeValue(node, depth + 1))
                return false;
        }
        while (_walker.TryTake(','));
        return _walker.TryTake(']');
    }

    private readonly void Test(FilterNode node, ReadOnlySpan<byte> value)
    {
        foreach (var leaf in node.Leaves)
        {
            Bits.Set(_found, leaf);
            if (!Bits.Has(_passed, leaf) && ReceivedValue.Meets(_tree.Tests[leaf], value))
                Bits.Set(_passed, leaf);
        }
    }
}
