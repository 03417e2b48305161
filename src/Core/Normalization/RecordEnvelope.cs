namespace StreamWorker.Normalization;

/// <summary>Where the members of one record are in the received bytes.</summary>
internal struct RecordEnvelope
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
    public Slice CreationTime;
    public Slice Size;
    public Slice ViewType;
    public bool HasSequenceNumber;
    public SequenceNumber SequenceNumber;
}
