namespace StreamWorker.DynamoDb.Tests.Fakes;

/// <summary>Stands in front of a real server: what is sent through it is applied, and on request the answer is lost.</summary>
public sealed class LossyProxy : IAsyncDisposable
{
    private readonly HttpClient _server;
    private readonly LoopbackService _service;
    private int _losing;

    public LossyProxy(Uri server)
    {
        _server = new HttpClient { BaseAddress = server };
        _service = new LoopbackService(ForwardAsync);
    }

    public string Url => _service.Url;

    public IReadOnlyList<ReceivedRequest> Requests => _service.Requests;

    /// <summary>Loses this many answers from now on.</summary>
    public void LoseAnswers(int count) => Volatile.Write(ref _losing, count);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _server.Dispose();
    }

    private async Task<CannedAnswer> ForwardAsync(ReceivedRequest received)
    {
        using var request = new HttpRequestMessage(new HttpMethod(received.Method), received.Path) { Content = new ByteArrayContent(received.Body) };
        foreach (var (name, value) in received.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _server.SendAsync(request);
        var headers = answer.Headers.Where(header => header.Key.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key, header => header.Value.First());
        var canned = new CannedAnswer((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync()) { Headers = headers };
        return Interlocked.Decrement(ref _losing) >= 0 ? canned with { IsDropped = true } : canned;
    }
}
