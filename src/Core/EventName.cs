namespace StreamWorker;

/// <summary>What happened to an item.</summary>
public enum EventName
{
    /// <summary>The item is new (<c>INSERT</c>). The record has no old image.</summary>
    Insert,

    /// <summary>The item was changed (<c>MODIFY</c>).</summary>
    Modify,

    /// <summary>The item was deleted (<c>REMOVE</c>), by a writer or by time to live. The record has no new image.</summary>
    Remove,
}
