namespace StreamWorker.Lambda.Tests;

/// <summary>Publishes the sample function and the smoke application ahead of time compiled, once for all tests, one after the other: both build the same projects.</summary>
public sealed class BootstrapFixture : IAsyncLifetime
{
    /// <summary>Gets the repository's folder.</summary>
    public string Root => AheadOfTime.Root;

    /// <summary>Gets the function's executable.</summary>
    public string Executable { get; } = Path.Combine(AheadOfTime.Root, "artifacts/publish/StreamWorker.Samples.Lambda/release_linux-x64/bootstrap");

    /// <summary>Gets everything that the compilers said of the function.</summary>
    public string PublishOutput { get; private set; } = "";

    /// <summary>Gets the smoke application's executable.</summary>
    public string SmokeExecutable { get; } = Path.Combine(AheadOfTime.Root, "artifacts/publish/StreamWorker.AotSmoke/release_linux-x64/aot-smoke");

    /// <summary>Gets everything that the compilers said of the smoke application.</summary>
    public string SmokePublishOutput { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        PublishOutput = await AheadOfTime.PublishAsync("samples/Lambda");
        SmokePublishOutput = await AheadOfTime.PublishAsync("tests/AotSmoke");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
