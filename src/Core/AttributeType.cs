namespace StreamWorker;

/// <summary>The type of an attribute value.</summary>
public enum AttributeType
{
    /// <summary>Text (<c>S</c>).</summary>
    String,

    /// <summary>A number of up to 38 digits (<c>N</c>).</summary>
    Number,

    /// <summary>Bytes (<c>B</c>).</summary>
    Binary,

    /// <summary>True or false (<c>BOOL</c>).</summary>
    Boolean,

    /// <summary>Null (<c>NULL</c>).</summary>
    Null,

    /// <summary>Named values (<c>M</c>).</summary>
    Map,

    /// <summary>Values in order (<c>L</c>).</summary>
    List,

    /// <summary>Different texts (<c>SS</c>).</summary>
    StringSet,

    /// <summary>Different numbers (<c>NS</c>).</summary>
    NumberSet,

    /// <summary>Different byte strings (<c>BS</c>).</summary>
    BinarySet,
}
