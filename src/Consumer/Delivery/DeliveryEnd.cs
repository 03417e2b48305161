namespace StreamWorker.Consumer.Delivery;

/// <summary>The ways a delivery can end.</summary>
internal enum DeliveryEnd
{
    /// <summary>Every record of the closed shard is finished.</summary>
    ShardEnd,

    /// <summary>It was told to stop.</summary>
    Stopped,

    /// <summary>The shard belongs to somebody else.</summary>
    Refused,
}
