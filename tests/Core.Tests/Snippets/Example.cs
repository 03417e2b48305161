namespace StreamWorker.Core.Tests.Snippets;

/// <summary>The record that the pages about items read.</summary>
internal static class Example
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Snippets", "order.json");

    public static StreamRecord Record { get; } = RecordPage.Parse(File.ReadAllBytes(Path)).Records[0];
}
