using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StreamWorker.Lambda.Tests;

/// <summary>Lambda's Runtime API on a loopback port: hands out the invocations it is given and keeps the answers.</summary>
internal sealed class FakeRuntimeApi : IAsyncDisposable
{
    private readonly Channel<FakeInvocation> _queue = Channel.CreateUnbounded<FakeInvocation>();
    private readonly ConcurrentDictionary<string, FakeInvocation> _running = new();
    private readonly TaskCompletionSource<FakeAnswer> _initError = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _asked = new(0);
    private readonly WebApplication _web;

    private FakeRuntimeApi()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.UTF8;
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.MapGet("/2018-06-01/runtime/invocation/next", NextAsync);
        _web.MapPost("/2018-06-01/runtime/invocation/{id}/{what}", AnswerAsync);
        _web.MapPost("/2018-06-01/runtime/init/error", InitErrorAsync);
    }

    /// <summary>Gets host and port, as the environment variable has them.</summary>
    public string Address => new Uri(_web.Urls.Single()).Authority;

    /// <summary>Gets the report of a failed init.</summary>
    public Task<FakeAnswer> InitError => _initError.Task;

    /// <summary>Gets or sets the status with which /next is answered from now on instead of an invocation.</summary>
    public int? NextStatus { get; set; }

    public static async Task<FakeRuntimeApi> StartAsync()
    {
        var api = new FakeRuntimeApi();
        await api._web.StartAsync();
        return api;
    }

    /// <summary>Puts an invocation into the queue.</summary>
    public FakeInvocation Invoke(byte[] body, Action<FakeInvocation>? change = null)
    {
        var invocation = new FakeInvocation(Guid.NewGuid().ToString(), body);
        change?.Invoke(invocation);
        _running[invocation.RequestId] = invocation;
        Assert.True(_queue.Writer.TryWrite(invocation));
        return invocation;
    }

    public FakeInvocation Invoke(string body, Action<FakeInvocation>? change = null) => Invoke(Encoding.UTF8.GetBytes(body), change);

    /// <summary>Waits until the function has asked for an invocation that often (counted from the last time).</summary>
    public async Task AskedAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
            Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(20)), "the function did not ask for the next invocation");
    }

    /// <summary>Tells whether the function has asked for an invocation since the last <see cref="AskedAsync"/>.</summary>
    public bool HasAsked => _asked.CurrentCount > 0;

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task NextAsync(HttpContext context)
    {
        _asked.Release();
        if (NextStatus is { } status)
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("{\"errorMessage\":\"no\",\"errorType\":\"ContainerError\"}");
            return;
        }

        var invocation = await _queue.Reader.ReadAsync(context.RequestAborted);
        context.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        foreach (var (name, value) in invocation.Headers)
            context.Response.Headers[name] = value;
        context.Response.ContentLength = invocation.Body.Length;
        await context.Response.Body.WriteAsync(invocation.Body);
    }

    private async Task AnswerAsync(HttpContext context, string id, string what)
    {
        var answer = await ReadAsync(context, what);
        if (!_running.TryRemove(id, out var invocation))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}");
            return;
        }

        if (invocation.BreaksConnection)
            context.Abort();
        context.Response.StatusCode = invocation.AnswerStatus;
        await context.Response.WriteAsync("{\"status\":\"OK\"}");
        await context.Response.CompleteAsync();
        invocation.Answered.TrySetResult(answer);
    }

    private async Task InitErrorAsync(HttpContext context)
    {
        _initError.TrySetResult(await ReadAsync(context, "init"));
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsync("{\"status\":\"OK\"}");
    }

    private static async Task<FakeAnswer> ReadAsync(HttpContext context, string what)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new FakeAnswer(what, Encoding.UTF8.GetString(body.ToArray()), headers);
    }
}

/// <summary>An invocation of the fake, and what became of it.</summary>
internal sealed class FakeInvocation(string requestId, byte[] body)
{
    public string RequestId { get; } = requestId;

    public byte[] Body { get; } = body;

    public Dictionary<string, string> Headers { get; } = [];

    public int AnswerStatus { get; set; } = StatusCodes.Status202Accepted;

    public bool BreaksConnection { get; set; }

    public TaskCompletionSource<FakeAnswer> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<FakeAnswer> AnswerAsync() => Answered.Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Waits for a response and gives its body.</summary>
    public async Task<string> ResponseAsync()
    {
        var answer = await AnswerAsync();
        Assert.Equal("response", answer.What);
        return answer.Body;
    }
}

/// <summary>What the function sent: <c>response</c>, <c>error</c> or <c>init</c>.</summary>
internal sealed record FakeAnswer(string What, string Body, IReadOnlyDictionary<string, string> Headers);
