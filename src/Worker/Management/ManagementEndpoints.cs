using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Management;

/// <summary>
/// Answers for health, status and the status page. Health and status stand before everything that the host does with requests, so that no authentication or
/// redirection of the host's can make a probe fail; the page stands behind it, so that a host's own start page wins.
/// </summary>
internal sealed class ManagementEndpoints(IWorkerStatusSource source, OperationEndpoints operations, IHostApplicationLifetime lifetime) : IStartupFilter
{
    private static readonly HealthFinding Stopping = new("host", IsHealthy: false, "The worker is stopping.");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(AnswerAsync);
        next(app);
        // Behind what the host does with requests: its log-in, where it has one, stands before operations.
        app.Use(async (HttpContext context, RequestDelegate rest) =>
        {
            if (context.GetEndpoint() is not null || !await operations.TryAnswerAsync(context))
                await rest(context);
        });
        app.Use(ShowPageAsync);
    };

    /// <summary>Writes an answer in JSON.</summary>
    public static Task WriteAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static async Task ShowPageAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsRead(context.Request) || context.GetEndpoint() is not null || context.Request.Path.Value is not ("/" or ""))
        {
            await next(context);
            return;
        }

        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = StatusPage.Html.Length;
        response.Headers.CacheControl = "no-cache";
        response.Headers.ContentSecurityPolicy = StatusPage.ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        await response.Body.WriteAsync(StatusPage.Html, context.RequestAborted);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static Task WriteHealthAsync(HttpContext context, IReadOnlyList<HealthFinding> findings)
    {
        var report = HealthReport.Of(findings);
        var status = report.Status == "healthy" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return WriteAsync(context, status, report, ManagementJson.Default.HealthReport);
    }

    private Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsRead(context.Request))
            return next(context);
        return context.Request.Path.Value switch
        {
            "/healthz/live" => WriteHealthAsync(context, source.GetLiveness()),
            "/healthz/ready" or "/healthz/startup" => WriteHealthAsync(context, Readiness()),
            "/api/status" => WriteAsync(context, StatusCodes.Status200OK, source.GetStatus(), ManagementJson.Default.WorkerStatus),
            _ => next(context),
        };
    }

    private IReadOnlyList<HealthFinding> Readiness()
    {
        var findings = source.GetReadiness();
        return lifetime.ApplicationStopping.IsCancellationRequested ? [Stopping, .. findings] : findings;
    }
}
