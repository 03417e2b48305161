namespace StreamWorker.Consumer.Delivery;

/// <summary>Time and randomness for a delivery loop.</summary>
internal sealed record DeliveryTools(TimeProvider Time, Entropy Entropy);
