namespace StreamWorker.Worker.Configuration;

/// <summary>The names of the worker's consumers, and which of them have their handler by configuration rather than by code.</summary>
internal sealed record ConsumerCatalog(IReadOnlyCollection<string> Names, IReadOnlySet<string> WithConfiguredHandler);
