namespace StreamWorker.Consumer.Delivery;

/// <summary>Time and randomness for a delivery loop, and what a consumer may have: a filter, and a place for what is given up.</summary>
internal sealed record DeliveryTools(TimeProvider Time, Entropy Entropy, IRecordFilter? Filter = null, IFailureDestination? Destination = null)
{
    /// <summary>Gets how to ask when everything that the shard had was read; null when that is not known.</summary>
    public Func<DateTimeOffset?> CaughtUpAt { get; init; } = static () => null;
}
