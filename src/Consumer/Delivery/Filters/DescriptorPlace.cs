namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Where in DynamoDB's typed JSON a path ends.</summary>
internal enum DescriptorPlace
{
    /// <summary>At an image or at the keys as a whole.</summary>
    Image,

    /// <summary>At an attribute: an object with the type as its only member.</summary>
    Attribute,

    /// <summary>At the value of a text, number, binary, boolean, null or set.</summary>
    Value,

    /// <summary>At the content of a map or list.</summary>
    Nested,

    /// <summary>Behind a name that is no type.</summary>
    NoType,

    /// <summary>Inside a value that has no members.</summary>
    InsideValue,
}
