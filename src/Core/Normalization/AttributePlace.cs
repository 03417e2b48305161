using System.Text;

namespace StreamWorker.Normalization;

/// <summary>A place in an item. Places in one map or list share what is above them: a path is only put together when it is asked for.</summary>
internal sealed class AttributePlace
{
    private readonly AttributePlace? _parent;
    private readonly string? _name;
    private readonly int _index;

    public AttributePlace(AttributePlace? parent, string name) => (_parent, _name) = (parent, name);

    public AttributePlace(AttributePlace? parent, int index) => (_parent, _index) = (parent, index);

    public override string ToString() => AppendTo(new StringBuilder()).ToString();

    private StringBuilder AppendTo(StringBuilder path)
    {
        _parent?.AppendTo(path);
        return _name is null ? path.AppendIndex(_index) : path.AppendName(_name);
    }
}
