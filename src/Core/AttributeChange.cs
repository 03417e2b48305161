using StreamWorker.Normalization;

namespace StreamWorker;

/// <summary>One difference between the old and the new image of a record.</summary>
/// <remarks>Valid as long as its record is.</remarks>
public sealed class AttributeChange
{
    private readonly AttributePlace _place;

    internal AttributeChange(AttributePlace place, AttributeValue? oldValue, AttributeValue? newValue)
    {
        _place = place;
        OldValue = oldValue;
        NewValue = newValue;
    }

    /// <summary>Gets where in the item the difference is.</summary>
    /// <value>
    /// For example <c>status</c>, <c>address.city</c> or <c>lines[2].price</c>. A name that would be misread between dots is in brackets and quotes: <c>['unit.price']</c>.
    /// </value>
    public string Path => _place.ToString();

    /// <summary>Gets how the images differ here.</summary>
    public AttributeChangeKind Kind => OldValue is null ? AttributeChangeKind.Added : NewValue is null ? AttributeChangeKind.Removed : AttributeChangeKind.Changed;

    /// <summary>Gets the value in the old image; null when it is added.</summary>
    public AttributeValue? OldValue { get; }

    /// <summary>Gets the value in the new image; null when it is removed.</summary>
    public AttributeValue? NewValue { get; }

    /// <summary>Gives path and kind. Values are not in it, so that it is fit for logs.</summary>
    /// <returns>For example <c>address.city: Changed</c>.</returns>
    public override string ToString() => $"{Path}: {Kind}";
}
