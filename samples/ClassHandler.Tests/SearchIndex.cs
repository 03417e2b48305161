using System.Net;

namespace StreamWorker.Samples.ClassHandler.Tests;

/// <summary>A search engine in memory, behind the HTTP client that the handler uses.</summary>
internal sealed class SearchIndex : HttpMessageHandler
{
    public SortedDictionary<string, string> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what a call is answered with before anything is done; null to do it.</summary>
    public Func<HttpRequestMessage, HttpStatusCode?> Refuses { get; set; } = _ => null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Refuses(request) is { } status)
            return new HttpResponseMessage(status);
        var id = Uri.UnescapeDataString(request.RequestUri!.Segments[^1]);
        if (request.Method == HttpMethod.Put)
            Documents[id] = await request.Content!.ReadAsStringAsync(cancellationToken);
        else if (!Documents.Remove(id))
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        return new HttpResponseMessage(HttpStatusCode.OK);
    }
}
