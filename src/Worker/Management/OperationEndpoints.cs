using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;
using StreamWorker.Worker.Operations;

namespace StreamWorker.Worker.Management;

/// <summary>Answers <c>POST /api/consumers/NAME/pause</c>, <c>/resume</c> and <c>/reset</c>, where that is allowed. A body in JSON is asked for, which no page of another site can send unasked.</summary>
internal sealed class OperationEndpoints(IConsumerOperations operations, IOptions<StreamWorkerOptions> options)
{
    private const string Prefix = "/api/consumers/";
    private const int LongestBody = 16 * 1024;

    /// <summary>Answers a request.</summary>
    /// <returns>False when it is about something else.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.Path.Value is not { } path || !path.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        if (path[Prefix.Length..].Split('/') is not [{ Length: > 0 } consumer, "pause" or "resume" or "reset"])
            return false;
        try
        {
            await AnswerAsync(context, consumer, path[(path.LastIndexOf('/') + 1)..]);
        }
        catch (OperationRefusedException e)
        {
            await RefuseAsync(context, StatusCodes.Status409Conflict, e.Message);
        }
        catch (Exception e) when (e is LeaseStoreException or StreamServiceException or WorkerStartupException)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }

        return true;
    }

    private async Task AnswerAsync(HttpContext context, string consumer, string verb)
    {
        if (!options.Value.AllowOperations)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "StreamWorker:AllowOperations = 'false': operations over HTTP are not allowed; set it to true where only those reach this port who may pause and reset consumers.");
            return;
        }

        if (!operations.ConsumerNames.Contains(consumer))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"There is no consumer '{consumer}'; configured here are {string.Join(", ", operations.ConsumerNames)}.");
            return;
        }

        if (!context.Request.HasJsonContentType())
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "The body must be JSON, with Content-Type: application/json; {} where nothing is to be said.");
            return;
        }

        var by = $"http {context.Connection.RemoteIpAddress}";
        var token = context.RequestAborted;
        switch (verb)
        {
            case "pause" when await ReadAsync(context, ManagementJson.Default.PauseBody) is { } body:
                await ManagementEndpoints.WriteAsync(
                    context, StatusCodes.Status200OK, await operations.PauseAsync(consumer, body.KeepLeases, body.By ?? by, token), ManagementJson.Default.OperationStatus);
                break;
            case "resume" when await ReadAsync(context, ManagementJson.Default.ResumeBody) is { } body:
                await ManagementEndpoints.WriteAsync(context, StatusCodes.Status200OK, await operations.ResumeAsync(consumer, body.By ?? by, token), ManagementJson.Default.OperationStatus);
                break;
            case "reset" when await ReadAsync(context, ManagementJson.Default.ResetBody) is { } body:
                await ResetAsync(context, consumer, body, body.By ?? by);
                break;
            default:
                break;
        }
    }

    private async Task ResetAsync(HttpContext context, string consumer, ResetBody body, string by)
    {
        var (position, fault) = PositionWords.Read(body.To, body.ToTime, body.Shard, body.ToSequence, "to", "toTime", "shard", "toSequence");
        if (position is null)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, fault!);
            return;
        }

        var request = new ResetRequest(position, by) { IsDryRun = body.DryRun, IsForced = body.Force };
        await ManagementEndpoints.WriteAsync(
            context, StatusCodes.Status200OK, await operations.ResetAsync(consumer, request, context.RequestAborted), ManagementJson.Default.IReadOnlyListStreamReset);
    }

    /// <summary>Reads a body, or answers what is wrong with it.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            var body = new byte[LongestBody + 1];
            var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
            if (length > LongestBody)
                throw new JsonException($"it has more than {LongestBody} bytes");
            return JsonSerializer.Deserialize(body.AsSpan(0, length), type) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"The body cannot be read: {e.Message}");
            return null;
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string error) =>
        ManagementEndpoints.WriteAsync(context, status, new Refusal(error), ManagementJson.Default.Refusal);
}
