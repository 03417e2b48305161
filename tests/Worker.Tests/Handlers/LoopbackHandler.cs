using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamWorker.Worker.Tests.Handlers;

/// <summary>A handler behind HTTP on a free port, which answers as the test says and keeps what it was sent.</summary>
internal sealed class LoopbackHandler : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<(IHeaderDictionary Headers, string Body)> _requests = [];

    private LoopbackHandler(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public IReadOnlyList<(IHeaderDictionary Headers, string Body)> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public static Task<LoopbackHandler> StartAsync(int status, string body, string? functionError = null) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        if (functionError is not null)
            context.Response.Headers["X-Amz-Function-Error"] = functionError;
        return context.Response.WriteAsync(body);
    });

    public static async Task<LoopbackHandler> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var handler = new LoopbackHandler(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            lock (handler._requests)
                handler._requests.Add((new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
            await answer(context);
        });
        await app.StartAsync();
        handler.Url = new Uri(app.Address(), "/2015-03-31/functions/function/invocations");
        return handler;
    }

    /// <summary>Gives the sequence numbers of an event's records.</summary>
    public static IReadOnlyList<string?> SequenceNumbers(string body)
    {
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.GetProperty("Records").EnumerateArray().Select(record => record.GetProperty("dynamodb").GetProperty("SequenceNumber").GetString())];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
