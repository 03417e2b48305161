using System.Text;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>A place in records at which some pattern looks: what is asked of the value there, and of the members in it.</summary>
internal sealed class FilterNode(string name, int words)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private FilterNode[] _members = [];

    public string Name => name;

    /// <summary>Gets the numbers of the tests of the value.</summary>
    public int[] Leaves { get; private set; } = [];

    /// <summary>Gets the nodes of the members.</summary>
    public ReadOnlySpan<FilterNode> Members => _members;

    /// <summary>Gets the tests of the value and of all that is in it.</summary>
    public ulong[] Below { get; } = new ulong[words];

    /// <summary>Gets or sets whether there are several tests below the members of this node: in a list, one element has to pass those that are asked for together (F12).</summary>
    public bool NeedsOneElement { get; set; }

    /// <summary>Gives the node of a member; null when no pattern looks there.</summary>
    /// <param name="member">The member's name without quotes and escapes.</param>
    public FilterNode? Find(ReadOnlySpan<byte> member)
    {
        foreach (var node in _members)
        {
            if (member.SequenceEqual(node._name))
                return node;
        }

        return null;
    }

    public FilterNode Add(string member)
    {
        if (Find(Encoding.UTF8.GetBytes(member)) is { } known)
            return known;
        var node = new FilterNode(member, words);
        _members = [.. _members, node];
        return node;
    }

    public void AddLeaf(int leaf)
    {
        if (!Leaves.Contains(leaf))
            Leaves = [.. Leaves, leaf];
    }
}
