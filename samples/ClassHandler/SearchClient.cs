using System.Net;
using System.Text.Json;

namespace StreamWorker.Samples.ClassHandler;

/// <summary>The few calls of a search engine's HTTP interface that the sample needs.</summary>
internal sealed class SearchClient(HttpClient http)
{
    public async Task PutAsync(string id, Item order, CancellationToken cancellationToken)
    {
        using var document = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(document))
            order.WriteTo(writer);
        using var content = new ByteArrayContent(document.ToArray());
        content.Headers.ContentType = new("application/json");
        using var response = await http.PutAsync(new Uri($"orders/_doc/{Uri.EscapeDataString(id)}", UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync(new Uri($"orders/_doc/{Uri.EscapeDataString(id)}", UriKind.Relative), cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound)
            response.EnsureSuccessStatusCode();
    }
}
