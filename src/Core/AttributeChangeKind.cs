namespace StreamWorker;

/// <summary>How an attribute differs between the old and the new image of a record.</summary>
public enum AttributeChangeKind
{
    /// <summary>Only the new image has it.</summary>
    Added,

    /// <summary>Only the old image has it.</summary>
    Removed,

    /// <summary>Both images have it, with different values.</summary>
    Changed,
}
