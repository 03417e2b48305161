namespace StreamWorker.Consumer.Hosting;

/// <summary>A wish to move a consumer.</summary>
/// <param name="Position">Where to.</param>
/// <param name="By">Who wishes it, for those who look later. 1 to 256 characters.</param>
public sealed record ResetRequest(ResetPosition Position, string By)
{
    /// <summary>Gets whether nothing is done, and only told what would be.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Gets whether a time is accepted from which on the stream has not everything any more: older than 24 hours.</summary>
    public bool IsForced { get; init; }
}
