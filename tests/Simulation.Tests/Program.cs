using Xunit.MicrosoftTestingPlatform;

namespace StreamWorker.Simulation;

internal static class Program
{
    public static Task<int> Main(string[] args) => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
