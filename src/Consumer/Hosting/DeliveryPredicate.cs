namespace StreamWorker.Consumer.Hosting;

/// <summary>A function that says which records a consumer wants; found by the consumer's name.</summary>
internal sealed record DeliveryPredicate(Func<StreamRecord, bool> Wants);
