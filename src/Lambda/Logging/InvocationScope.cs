namespace StreamWorker.Lambda.Logging;

/// <summary>Knows which invocation the running code belongs to, for the logs.</summary>
internal static class InvocationScope
{
    private static readonly AsyncLocal<string?> s_requestId = new();

    public static string? RequestId
    {
        get => s_requestId.Value;
        set => s_requestId.Value = value;
    }
}
