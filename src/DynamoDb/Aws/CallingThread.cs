namespace StreamWorker.DynamoDb.Aws;

/// <summary>
/// Sends a request and receives the whole answer on the thread that calls, blocking it, where that thread is one of its own scheduler. On a connection that is open already this needs no thread of the pool, so what
/// blocks all of those does not hold it up; only a new connection does.
/// </summary>
internal sealed class CallingThread(HttpMessageHandler connections) : DelegatingHandler(connections)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The heartbeat's thread has a scheduler of its own. Any other thread may be needed by whoever answers.
        if (TaskScheduler.Current == TaskScheduler.Default)
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
