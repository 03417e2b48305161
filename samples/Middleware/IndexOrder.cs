using System.Net.Mime;
using System.Text;

namespace StreamWorker.Samples.Middleware;

/// <summary>Keeps a search index in step with the table.</summary>
internal sealed class IndexOrder(HttpClient http) : IRecordHandler
{
    public async ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        var path = new Uri($"orders/_doc/{Uri.EscapeDataString(record.Keys.GetString("id"))}", UriKind.Relative);
        using var document = new StringContent(record.NewImage!.ToString(), Encoding.UTF8, MediaTypeNames.Application.Json);
        using var response = await http.PutAsync(path, document, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
