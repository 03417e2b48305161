using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace StreamWorker.Lambda.RuntimeApi;

/// <summary>Speaks Lambda's Runtime API, version 2018-06-01.</summary>
/// <remarks>An answer that is refused is the caller's to log: the process goes on. An API that fails, or cannot be reached for the next invocation, ends it.</remarks>
internal sealed class RuntimeApiClient : IDisposable
{
    private const string Root = "/2018-06-01/runtime/";
    private const string InvocationIdHeader = "Lambda-Runtime-Invocation-Id";
    private const string ErrorTypeHeader = "Lambda-Runtime-Function-Error-Type";
    private const int MaximumReason = 1_000;

    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private static readonly MediaTypeHeaderValue s_error = new("application/vnd.aws.lambda.error+json");

    private readonly HttpClient _http;
    private readonly string _api;

    public RuntimeApiClient(string api)
    {
        if (!Uri.TryCreate($"http://{api}{Root}", UriKind.Absolute, out var root))
            throw new InvalidOperationException($"{LambdaEnvironment.RuntimeApiVariable} is '{api}': host and port are expected.");
        _api = api;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };

        // The next invocation may be hours away, and the sandbox is frozen meanwhile.
        _http = new HttpClient(handler) { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"streamworker/{typeof(RuntimeApiClient).Assembly.GetName().Version!.ToString(3)}");
    }

    /// <summary>Waits for the next invocation, without limit.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(Address("invocation/next"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new RuntimeApiException($"Lambda's Runtime API at {_api} answered {(int)response.StatusCode} when asked for the next invocation: {await ReasonAsync(response, cancellationToken)}");
            var requestId = Header(response, "Lambda-Runtime-Aws-Request-Id")
                ?? throw new RuntimeApiException($"Lambda's Runtime API at {_api} sent an invocation without Lambda-Runtime-Aws-Request-Id.");
            return new Invocation(requestId, await response.Content.ReadAsByteArrayAsync(cancellationToken))
            {
                InvocationId = Header(response, InvocationIdHeader),
                Deadline = Deadline(Header(response, "Lambda-Runtime-Deadline-Ms")),
                TraceId = Header(response, "Lambda-Runtime-Trace-Id"),
            };
        }
        catch (HttpRequestException e)
        {
            throw new RuntimeApiException($"Lambda's Runtime API at {_api} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Answers an invocation.</summary>
    /// <returns>Null when the answer was taken, else why it was refused.</returns>
    public Task<string?> RespondAsync(Invocation invocation, ReadOnlyMemory<byte> response, CancellationToken cancellationToken) =>
        PostAsync(Address(invocation, "response"), response, s_json, invocation.InvocationId, errorType: null, cancellationToken);

    /// <summary>Answers an invocation with an error.</summary>
    /// <returns>Null when the answer was taken, else why it was refused.</returns>
    public Task<string?> ReportErrorAsync(Invocation invocation, Exception error, CancellationToken cancellationToken) =>
        PostAsync(Address(invocation, "error"), ErrorDocument.Write(error), s_error, invocation.InvocationId, ErrorDocument.TypeOf(error), cancellationToken);

    /// <summary>Says that the function could not be initialised. The process must end after it.</summary>
    /// <returns>Null when it was taken, else why it was refused.</returns>
    public Task<string?> ReportInitErrorAsync(Exception error, CancellationToken cancellationToken) =>
        PostAsync(Address("init/error"), ErrorDocument.Write(error), s_error, invocationId: null, "Runtime.InitError", cancellationToken);

    public void Dispose() => _http.Dispose();

    private static Uri Address(string path) => new(path, UriKind.Relative);

    private static Uri Address(Invocation invocation, string what) => Address($"invocation/{Uri.EscapeDataString(invocation.RequestId)}/{what}");

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) && values.FirstOrDefault() is { Length: > 0 } value ? value : null;

    private static DateTimeOffset? Deadline(string? milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return text.Length <= MaximumReason ? text : text[..MaximumReason];
    }

    private async Task<string?> PostAsync(
        Uri address, ReadOnlyMemory<byte> body, MediaTypeHeaderValue type, string? invocationId, string? errorType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = type;
        if (invocationId is not null)
            request.Headers.TryAddWithoutValidation(InvocationIdHeader, invocationId);
        if (errorType is not null)
            request.Headers.TryAddWithoutValidation(ErrorTypeHeader, errorType);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return null;
            var refusal = $"{(int)response.StatusCode} {await ReasonAsync(response, cancellationToken)}";
            return response.StatusCode < HttpStatusCode.InternalServerError
                ? refusal
                : throw new RuntimeApiException($"Lambda's Runtime API at {_api} failed on {address}: {refusal}");
        }
        catch (HttpRequestException e)
        {
            return $"it could not be sent: {e.Message}";
        }
    }
}
