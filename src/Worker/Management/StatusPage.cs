using System.Security.Cryptography;
using System.Text;

namespace StreamWorker.Worker.Management;

/// <summary>The status page: one document that needs nothing else, and a policy that lets nothing else in.</summary>
internal static class StatusPage
{
    private static readonly string Text = Load();

    public static byte[] Html { get; } = Encoding.UTF8.GetBytes(Text);

    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; script-src {HashOf("script")}; style-src {HashOf("style")}; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Load()
    {
        using var stream = typeof(StatusPage).Assembly.GetManifestResourceStream("StatusPage.html")
            ?? throw new InvalidOperationException("The status page is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string HashOf(string element)
    {
        var start = Text.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = Text.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text[start..end])))}'";
    }
}
