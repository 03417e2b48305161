namespace StreamWorker.Consumer.Hosting;

/// <summary>A consumer that was added to the worker; its options and its processor are found by this name.</summary>
internal sealed record ConsumerRegistration(string Name);
