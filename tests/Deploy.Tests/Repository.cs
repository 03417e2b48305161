namespace StreamWorker.Deploy.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root => global::StreamWorker.Tests.Shared.Repository.Root;

    public static string Chart { get; } = PathOf("deploy/helm/streamworker");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));
}
