namespace StreamWorker.Consumer.Delivery;

/// <summary>Why records were given up.</summary>
public enum DiscardCondition
{
    /// <summary>They were tried as often as they may be.</summary>
    RetryAttemptsExhausted,

    /// <summary>They are older than they may be.</summary>
    RecordAgeExceeded,
}
