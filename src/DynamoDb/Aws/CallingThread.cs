namespace StreamWorker.DynamoDb.Aws;

/// <summary>
/// Sends a request of the heartbeat's own thread and receives the whole answer on it, blocking it. On a connection that is open already this needs no thread of the pool, so what
/// blocks all of those does not hold it up; only a new connection does.
/// </summary>
internal sealed class CallingThread(HttpMessageHandler connections) : DelegatingHandler(connections)
{
    // The name of the thread that the worker gives its heartbeat. Any other one may be needed by whoever answers, and is not blocked.
    private const string Heartbeat = "StreamWorker heartbeat";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Thread.CurrentThread.Name != Heartbeat)
            return base.SendAsync(request, cancellationToken);
        try
        {
            var response = base.Send(request, cancellationToken);
            response.Content = Received(response.Content, cancellationToken);
            return Task.FromResult(response);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return Task.FromException<HttpResponseMessage>(new OperationCanceledException(e.Message, e, cancellationToken));
        }
        catch (Exception e)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    private static ByteArrayContent Received(HttpContent content, CancellationToken cancellationToken)
    {
        using (content)
        {
            using var bytes = new MemoryStream();
            content.CopyTo(bytes, null, cancellationToken);
            var received = new ByteArrayContent(bytes.ToArray());
            foreach (var header in content.Headers)
                received.Headers.TryAddWithoutValidation(header.Key, header.Value);
            return received;
        }
    }
}
