namespace StreamWorker.Testing;

/// <summary>Which images the records of a stream carry.</summary>
public enum StreamView
{
    /// <summary>None (<c>KEYS_ONLY</c>).</summary>
    KeysOnly,

    /// <summary>The item after the change (<c>NEW_IMAGE</c>).</summary>
    NewImage,

    /// <summary>The item before the change (<c>OLD_IMAGE</c>).</summary>
    OldImage,

    /// <summary>Both (<c>NEW_AND_OLD_IMAGES</c>).</summary>
    NewAndOldImages,
}
