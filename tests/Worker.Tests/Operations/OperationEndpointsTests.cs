using System.Net;
using System.Text;

namespace StreamWorker.Worker.Tests.Operations;

public sealed class OperationEndpointsTests : IAsyncLifetime
{
    private readonly OperatedWorker _worker = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("reset")]
    public async Task Operations_are_refused_unless_a_setting_allows_them_and_the_answer_names_it(string verb)
    {
        await _worker.StartAsync(allowOperations: false);

        var (status, body) = await PostAsync($"/api/consumers/search/{verb}", """{"to":"LATEST"}""");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("StreamWorker:AllowOperations = ", body);
        Assert.Empty(_worker.Status.Operations);
    }

    [Fact]
    public async Task Consumer_is_paused_and_resumed()
    {
        await _worker.StartAsync();

        var (status, body) = await PostAsync("/api/consumers/search/pause", """{"keepLeases":true,"by":"anna"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("""{"number":1,"kind":"Pause","by":"anna","at":""", body);
        await OperatedWorker.UntilAsync(() => _worker.Status is { Pause.KeepsLeases: true, Operations.Count: 1 });
        Assert.Contains("\"pause\":{\"by\":\"anna\"", await _worker.Client.GetStringAsync("/api/status"));

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/api/consumers/search/resume", "{}")).Status);
        await OperatedWorker.UntilAsync(() => _worker.Status is { Pause: null, Operations.Count: 2 });
        Assert.StartsWith("http ", _worker.Status.Operations[0].By);
    }

    [Fact]
    public async Task Consumer_is_reset_and_a_dry_run_only_tells()
    {
        await _worker.StartAsync();
        _worker.Put(1);
        await OperatedWorker.UntilAsync(() => _worker.Handled == 1);

        Assert.Contains("\"operation\":null", (await PostAsync("/api/consumers/search/reset", """{"to":"TRIM_HORIZON","dryRun":true}""")).Body);
        Assert.Contains("\"operation\":1", (await PostAsync("/api/consumers/search/reset", """{"to":"TRIM_HORIZON"}""")).Body);

        await OperatedWorker.UntilAsync(() => _worker.Handled == 2);
    }

    [Theory]
    [InlineData("search/resume", "{}", HttpStatusCode.Conflict, "is not paused")]
    [InlineData("other/pause", "{}", HttpStatusCode.NotFound, "configured here are search")]
    [InlineData("search/pause", """{"keep":true}""", HttpStatusCode.BadRequest, "keep")]
    [InlineData("search/pause", "nonsense", HttpStatusCode.BadRequest, "cannot be read")]
    [InlineData("search/reset", "{}", HttpStatusCode.BadRequest, "Exactly one of to, toTime, and shard with toSequence")]
    [InlineData("search/reset", """{"shard":"shardId-1","toSequence":"7"}""", HttpStatusCode.Conflict, "has no shard shardId-1")]
    [InlineData("search/other", "{}", HttpStatusCode.NotFound, "")]
    public async Task What_cannot_be_done_is_answered_with_the_reason(string path, string sent, HttpStatusCode expected, string reason)
    {
        await _worker.StartAsync();

        var (status, body) = await PostAsync($"/api/consumers/{path}", sent);

        Assert.Equal(expected, status);
        Assert.Contains(reason, body);
    }

    [Fact]
    public async Task Body_that_is_no_JSON_by_its_type_is_refused_because_any_page_could_send_it()
    {
        await _worker.StartAsync();

        using var form = new StringContent("{}", Encoding.UTF8, "text/plain");
        using var response = await _worker.Client.PostAsync("/api/consumers/search/pause", form);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Null(_worker.Status.Pause);
    }

    [Fact]
    public async Task Operations_only_answer_POST()
    {
        await _worker.StartAsync();

        using var response = await _worker.Client.GetAsync("/api/consumers/search/pause");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Null(_worker.Status.Pause);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _worker.Client.PostAsync(path, content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
