namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Follows a path through DynamoDB's typed JSON, in which every attribute is an object whose only member names the type.</summary>
internal static class TypedPath
{
    private static readonly string[] s_plain = ["S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL"];

    /// <summary>Gets the types, for a message.</summary>
    public static string Types { get; } = string.Join(", ", [.. s_plain, "M", "L"]);

    /// <summary>Tells where a path ends, and of which type the value there is.</summary>
    /// <param name="names">The names behind <c>NewImage</c>, <c>OldImage</c> or <c>Keys</c>.</param>
    /// <param name="type">The last type on the way, or the name that is none.</param>
    public static DescriptorPlace EndOf(IEnumerable<string> names, out string type)
    {
        var place = DescriptorPlace.Image;
        type = "";
        foreach (var name in names)
        {
            switch (place)
            {
                // In a list, the element's type follows; in a map or an image, an attribute's name.
                case DescriptorPlace.Attribute or DescriptorPlace.Nested when place == DescriptorPlace.Attribute || type == "L":
                    type = name;
                    place = s_plain.Contains(name) ? DescriptorPlace.Value : name is "M" or "L" ? DescriptorPlace.Nested : DescriptorPlace.NoType;
                    break;
                case DescriptorPlace.Image or DescriptorPlace.Nested:
                    place = DescriptorPlace.Attribute;
                    break;
                case DescriptorPlace.Value:
                    return DescriptorPlace.InsideValue;
                default:
                    return place;
            }
        }

        return place;
    }
}
