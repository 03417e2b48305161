using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Tests.Management;

public sealed class ManagementEndpointsTests : IAsyncLifetime
{
    private readonly FakeStatusSource _worker = new();
    private HttpClient _client = new();
    private WebApplication? _app;

    public async ValueTask InitializeAsync() => await StartAsync(_ => { });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app!.DisposeAsync();
    }

    [Theory]
    [InlineData("/healthz/ready")]
    [InlineData("/healthz/startup")]
    public async Task Ready_worker_answers_200_and_names_each_finding(string path)
    {
        var (status, body) = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"status":"healthy","findings":[{"name":"lease-table","isHealthy":true,"description":"ready"},{"name":"consumer:search","isHealthy":true,"description":"3 shards known"}]}""", body);
    }

    [Theory]
    [InlineData("/healthz/ready")]
    [InlineData("/healthz/startup")]
    public async Task Worker_that_is_not_ready_answers_503_and_is_alive_all_the_same(string path)
    {
        _worker.IsReady = false;

        var (status, body) = await GetAsync(path);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("""{"name":"consumer:search","isHealthy":false,"description":"Orders has no stream"}""", body);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz/live")).Status);
    }

    [Fact]
    public async Task Worker_whose_loops_stand_still_is_not_alive()
    {
        _worker.IsAlive = false;

        var (status, body) = await GetAsync("/healthz/live");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("""{"status":"unhealthy","findings":[{"name":"heartbeat","isHealthy":false,"description":"last turn 300 s ago"}]}""", body);
    }

    [Fact]
    public async Task Status_tells_everything_of_the_worker()
    {
        var (status, body) = await GetAsync("/api/status");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"application":"shop","workerId":"pod-1","incarnation":"4f0c","holdsLeases":true,"time":"2026-01-31T08:20:00+00:00","consumers":[{"name":"search","source":"Orders","stream":"arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/stream/2026-01-31T08:15:30.123","phase":"Running","lastError":null,"shards":[{"shard":"shardId-00000001769847330123-fb9ebbab","epoch":7,"checkpoint":"100","position":"120","lastRecordTime":"2026-01-31T08:19:18+00:00","recordsHandled":20,"recordsBuffered":3,"attempt":2,"lastError":"The handler failed: boom","lag":"00:00:00","recordsFiltered":0,"recordsDiscarded":0,"recordsDropped":0,"itemsHeld":0}],"recordsHandled":20,"gaps":[],"pause":null,"pendingReset":null,"operations":[]}]}""",
            body);
    }

    [Fact]
    public async Task Page_needs_nothing_from_elsewhere_and_lets_nothing_in()
    {
        using var response = await _client.GetAsync("/");
        var page = await response.Content.ReadAsStringAsync();
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        Assert.Contains("fetch(\"api/status\"", page);
    }

    [Theory]
    [InlineData("/favicon.ico")]
    [InlineData("/healthz")]
    [InlineData("/api/other")]
    public async Task Other_paths_are_not_there(string path) => Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path)).Status);

    [Fact]
    public async Task Writing_methods_are_refused()
    {
        using var response = await _client.PostAsync("/api/status", null);

        Assert.False(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Head_is_answered_like_get()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/healthz/live");
        using var response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Hosts_own_pages_and_refusals_leave_probes_alone()
    {
        await StartAsync(app =>
        {
            app.Use(async (HttpContext context, RequestDelegate next) =>
            {
                if (context.Request.Path == "/secret")
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                else
                    await next(context);
            });
            app.MapGet("/", () => "the shop");
            app.MapGet("/healthz/live", () => Results.StatusCode(500));
        });

        Assert.Equal("the shop", (await GetAsync("/")).Body);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/secret")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz/live")).Status);
    }

    [Fact]
    public async Task Ready_worker_that_is_stopping_is_not_ready()
    {
        // The web server outlives the handlers of this token.
        var answered = new ManualResetEventSlim();
        var asking = Task.CompletedTask;
        var (status, body) = (HttpStatusCode.OK, "");
        _app!.Lifetime.ApplicationStopping.Register(() =>
        {
            asking = AskAsync();
            answered.Wait(TimeSpan.FromSeconds(30));
        });

        await _app.StopAsync();

        await asking;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("""{"name":"host","isHealthy":false,"description":"The worker is stopping."}""", body);

        async Task AskAsync()
        {
            (status, body) = await GetAsync("/healthz/ready");
            answered.Set();
        }
    }

    [Theory]
    [InlineData(null, null, "8081")]
    [InlineData("http_ports", "9000", "9000")]
    [InlineData("urls", "http://127.0.0.1:9000", null)]
    public async Task Port_is_8081_unless_the_host_says_another(string? key, string? value, string? expected)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = null;
        if (key is not null)
            builder.Configuration[key] = value;
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders").Handle((_, _, _) => ValueTask.CompletedTask)));
        await using var app = builder.Build();

        Assert.Equal(expected, app.Services.GetRequiredService<IConfiguration>()["http_ports"]);
    }

    private async Task StartAsync(Action<WebApplication> configure)
    {
        if (_app is not null)
            await _app.DisposeAsync();
        var builder = Hosts.New();
        builder.Services.AddSingleton<IWorkerStatusSource>(_worker);
        builder.AddStreamWorker(worker => worker.AddConsumer("search", consumer => consumer.FromTable("Orders").Handle((_, _, _) => ValueTask.CompletedTask)));
        _app = builder.Build();
        configure(_app);
        await _app.StartAsync();
        _client.Dispose();
        _client = new HttpClient { BaseAddress = _app.Address() };
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
