namespace StreamWorker.Normalization;

/// <summary>Where the members of one record are in the received bytes.</summary>
internal record struct RecordEnvelope
{
    public Slice Whole;
    public Slice EventId;
    public Slice EventName;
    public Slice Region;
    public Slice UserIdentity;
    public Slice SourceArn;
    public Slice Keys;
    public Slice NewImage;
    public Slice OldImage;
    public Slice SequenceNumber;
    public Slice CreationTime;
    public Slice Size;
    public Slice ViewType;

    /// <summary>The record is not an object, or its members cannot be told apart; then no member is known.</summary>
    public bool IsMalformed;
}
