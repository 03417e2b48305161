namespace StreamWorker.Lambda.Tests;

/// <summary>The tests that share one published function.</summary>
[CollectionDefinition(Name)]
public sealed class BootstrapSuite : ICollectionFixture<BootstrapFixture>
{
    public const string Name = "published function";
}
