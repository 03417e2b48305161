namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Several patterns as one tree of the places at which they look. Each distinct leaf has a number, and an alternative is the set of those that it asks for.</summary>
internal sealed class FilterTree
{
    public FilterTree(IEnumerable<ParsedPattern> patterns)
    {
        var alternatives = patterns.SelectMany(pattern => pattern.Alternatives).ToList();
        var numbers = new Dictionary<PatternLeaf, int>(ReferenceEqualityComparer.Instance);
        foreach (var leaf in alternatives.SelectMany(alternative => alternative))
            numbers.TryAdd(leaf, numbers.Count);
        Leaves = [.. numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        Tests = [.. Leaves.Select(leaf => leaf.Test)];
        Words = Bits.WordsFor(Leaves.Count);
        TakesMissing = new ulong[Words];
        Root = new FilterNode("", Words);
        foreach (var (leaf, number) in numbers)
        {
            if (leaf.Test.TakesMissing)
                Bits.Set(TakesMissing, number);
            Place(leaf, number);
        }

        Alternatives = [.. alternatives.Select(alternative => MaskOf(alternative, numbers))];
        MarkNodes(Root);
        Identity = Root.Find("userIdentity"u8);
        SourceArn = Root.Find("eventSourceARN"u8);
    }

    public IReadOnlyList<PatternLeaf> Leaves { get; }

    public ValueTest[] Tests { get; }

    /// <summary>Gets how many words a set of leaves takes.</summary>
    public int Words { get; }

    public FilterNode Root { get; }

    /// <summary>Gets the leaves of each alternative.</summary>
    public ulong[][] Alternatives { get; }

    /// <summary>Gets the leaves that are met when nothing is there.</summary>
    public ulong[] TakesMissing { get; }

    /// <summary>Gets the node of the member whose names are delivered in lower camel case (F17).</summary>
    public FilterNode? Identity { get; }

    /// <summary>Gets the node of the member that is added to delivered records (F17).</summary>
    public FilterNode? SourceArn { get; }

    private void Place(PatternLeaf leaf, int number)
    {
        var node = Root;
        Bits.Set(node.Below, number);
        foreach (var name in leaf.Path)
        {
            node = node.Add(name);
            Bits.Set(node.Below, number);
        }

        node.AddLeaf(number);
    }

    private ulong[] MaskOf(IReadOnlyList<PatternLeaf> alternative, Dictionary<PatternLeaf, int> numbers)
    {
        var mask = new ulong[Words];
        foreach (var leaf in alternative)
            Bits.Set(mask, numbers[leaf]);
        return mask;
    }

    /// <summary>Marks the nodes with more than one leaf below their members; whether one alternative asks for both does not matter here.</summary>
    private static void MarkNodes(FilterNode node)
    {
        node.NeedsOneElement = Bits.Count(node.Below) - node.Leaves.Length > 1;
        foreach (var member in node.Members)
            MarkNodes(member);
    }
}
