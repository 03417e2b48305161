using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamWorker.Worker.Handlers;

/// <summary>What a handler behind HTTP answered, before it is known what that means.</summary>
internal sealed class HttpAnswer : IDisposable
{
    /// <summary>The most that an answer may have: as much as Lambda takes from a function.</summary>
    public const int MaximumBytes = 6 * 1024 * 1024;

    private const int ErrorBytes = 4 * 1024;
    private const int QuotedCharacters = 500;

    private readonly PooledBuffer _body = new();

    private HttpAnswer(HttpResponseMessage response)
    {
        Status = response.StatusCode;
        Reason = response.ReasonPhrase;
        FunctionError = response.Headers.TryGetValues("X-Amz-Function-Error", out var values) ? string.Join(", ", values) : null;
    }

    public HttpStatusCode Status { get; }

    public string? Reason { get; }

    public string? FunctionError { get; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool IsTooLong { get; private set; }

    public ReadOnlySpan<byte> Body => _body.Written.Span;

    public static async ValueTask<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = new HttpAnswer(response);
        try
        {
            await answer.ReadBodyAsync(response, cancellationToken);
            return answer;
        }
        catch (Exception e) when (!answer.IsSuccess && e is IOException or HttpRequestException)
        {
            // The status is the answer; what is missing is only the text to quote.
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Tells whether a runtime emulator reports a function's failure in a successful answer: its error document, or its text after a time-out.</summary>
    public bool IsEmulatorError()
    {
        if (!Body.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
            return Body.Length < ErrorBytes && Body.IndexOf("Task timed out after"u8) >= 0;
        try
        {
            var reader = new Utf8JsonReader(Body);
            var hasMessage = false;
            var hasType = false;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                hasMessage |= reader.ValueTextEquals("errorMessage"u8);
                hasType |= reader.ValueTextEquals("errorType"u8);
                if (reader.ValueTextEquals("batchItemFailures"u8))
                    return false;
                reader.Skip();
            }

            return hasMessage && hasType;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Words the answer for an error: status and the start of the body, on one line.</summary>
    public override string ToString()
    {
        var text = Encoding.UTF8.GetString(Body[..Math.Min(Body.Length, QuotedCharacters * 4)]);
        var quoted = new string([.. text.Take(QuotedCharacters).Select(character => char.IsControl(character) ? ' ' : character)]).Trim();
        var status = string.Create(CultureInfo.InvariantCulture, $"{(int)Status} {Reason}").TrimEnd();
        return quoted.Length == 0 ? $"{status}, empty body" : $"{status}: {quoted}";
    }

    public void Dispose() => _body.Dispose();

    private async ValueTask ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var limit = IsSuccess ? MaximumBytes : ErrorBytes;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            var read = await stream.ReadAsync(_body.GetMemory(4096), cancellationToken);
            if (read == 0)
                return;
            _body.Advance(read);
            if (_body.Length > limit)
            {
                IsTooLong = true;
                return;
            }
        }
    }
}
