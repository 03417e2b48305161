using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StreamWorker.Consumer.Delivery;
using StreamWorker.Consumer.Failures;
using StreamWorker.Worker.Tests.Handlers;
using StreamWorker.Worker.Tests.Program;

namespace StreamWorker.Worker.Tests.Commands;

/// <summary>The executable's <c>redrive</c>, as somebody at a terminal meets it.</summary>
public sealed class RedriveTests : IAsyncLifetime
{
    private const string First = "111111111111111111111";
    private const string Second = "222222222222222222222";
    private const string Queue = "arn:aws:sqs:eu-central-1:123456789012:given-up";

    private readonly string _folder = Directory.CreateTempSubdirectory("given-up-").FullName;
    private readonly Dictionary<string, string> _answers = [];
    private readonly List<string> _targets = [];
    private LoopbackHandler _aws = null!;
    private LoopbackHandler _handler = null!;
    private int _status = 200;

    public async ValueTask InitializeAsync()
    {
        _aws = await LoopbackHandler.StartAsync(AnswerAsync);
        _handler = await LoopbackHandler.StartAsync(context =>
        {
            context.Response.StatusCode = _status;
            return context.Response.WriteAsync("{}");
        });
        _answers["GetItem"] = """{"Item":{"id":{"S":"o-1"},"n":{"N":"1.0"}}}""";
    }

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        await _handler.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task List_names_each_batch_and_what_is_known_about_it()
    {
        await GiveUpAsync(First);
        await GiveUpAsync(Second, consumer: "others");

        var (code, output, error) = await RunAsync("list");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            $"""
            {Id(First)}
              2026-01-31T08:15:30Z  1 record of Orders  orders  RetryAttemptsExhausted  {Records.Context.ShardId} {First}
              IOException: no such index
            1 batch in folder:{_folder}, and 1 of other consumers

            """,
            output);
    }

    [Fact]
    public async Task Show_writes_the_records_as_JSON_lines()
    {
        await GiveUpAsync(First);

        var (code, output, _) = await RunAsync("show", Id(First));

        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal((First, "orders"), (json.RootElement.GetProperty("sequenceNumber").GetString(), json.RootElement.GetProperty("consumer").GetString()));
    }

    [Fact]
    public async Task Show_of_a_batch_that_is_not_there_says_so()
    {
        var (code, output, error) = await RunAsync("show", "nothing");

        Assert.Equal((1, "", "streamworker redrive: there is no batch 'nothing'; streamworker redrive list shows them.\n"), (code, output, error));
    }

    [Fact]
    public async Task Deliver_hands_records_to_the_configured_handler_and_deletes_what_was_handled()
    {
        await GiveUpAsync(First);
        await GiveUpAsync(Second);

        var (code, output, error) = await RunAsync("deliver");

        Assert.Equal((0, ""), (code, output));
        Assert.Equal(
            $"""
            1 of 2: delivered 1 record of Orders {Records.Context.ShardId} {First}
            2 of 2: delivered 1 record of Orders {Records.Context.ShardId} {Second}
            2 batches delivered (2 records)

            """,
            error);
        Assert.Equal([First, Second], _handler.Requests.SelectMany(request => LoopbackHandler.SequenceNumbers(request.Body)));
        Assert.Equal("orders", _handler.Requests[0].Headers["X-StreamWorker-Consumer"]);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Batch_that_fails_stays_and_the_exit_code_is_1()
    {
        await GiveUpAsync(First);
        _status = 500;

        var (code, _, error) = await RunAsync("deliver");

        Assert.Equal(1, code);
        Assert.StartsWith($"1 of 1: FAILED Orders {Records.Context.ShardId} {First} ({Id(First)}): The handler at {_handler.Url} failed", error);
        Assert.EndsWith("0 batches delivered (0 records), 1 FAILED\n", error);
        Assert.Single(Files());
    }

    [Fact]
    public async Task C3_stale_version_is_refused_unless_that_is_asked_for()
    {
        await GiveUpAsync(First);
        _answers["GetItem"] = """{"Item":{"id":{"S":"o-1"},"n":{"N":"2"}}}""";

        var (code, _, error) = await RunAsync("deliver");

        Assert.Equal(0, code);
        Assert.Equal(
            $"""
            1 of 1: skipped Orders {Records.Context.ShardId} {First}: 1 of 1 records are not delivered: the item is another one in the table now. It stays (--allow-stale delivers them all the same)
            0 batches delivered (0 records), 1 skipped (1 stale record)

            """,
            error);
        Assert.Empty(_handler.Requests);
        Assert.Single(Files());

        Assert.Equal(0, (await RunAsync("deliver", "--allow-stale")).ExitCode);
        Assert.Single(_handler.Requests);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Dry_run_changes_nothing()
    {
        await GiveUpAsync(First);

        var (code, _, error) = await RunAsync("deliver", "--dry-run");

        Assert.Equal(0, code);
        Assert.EndsWith("1 batch would be delivered (1 record)\n", error);
        Assert.Empty(_handler.Requests);
        Assert.Single(Files());
    }

    [Fact]
    public async Task Named_batch_alone_is_delivered_to_the_URL_that_is_given()
    {
        await GiveUpAsync(First);
        await GiveUpAsync(Second);
        await using var other = await LoopbackHandler.StartAsync(200, "{}");

        var (code, _, _) = await RunAsync("deliver", Id(Second), "--url", other.Url.ToString());

        Assert.Equal(0, code);
        Assert.Equal([Second], LoopbackHandler.SequenceNumbers(Assert.Single(other.Requests).Body));
        Assert.Empty(_handler.Requests);
        Assert.EndsWith(Id(First), Assert.Single(Files()));
    }

    [Fact]
    public async Task D7_message_of_a_queue_whose_records_the_stream_has_is_delivered_and_deleted()
    {
        ReceiveOne();
        _answers["GetShardIterator"] = """{"ShardIterator":"it"}""";
        _answers["GetRecords"] = $$"""{"Records":[{{Records.Simple(First)}}]}""";

        var (code, _, error) = await RunAsync("deliver", "--from", Queue);

        Assert.True(code == 0, error);
        Assert.Single(_handler.Requests);
        Assert.Contains("DeleteMessage", _targets);
    }

    [Fact]
    public async Task D7_message_whose_records_the_stream_has_forgotten_is_said_and_stays()
    {
        ReceiveOne();
        _answers["GetShardIterator"] = "!TrimmedDataAccessException";

        var (code, _, error) = await RunAsync("deliver", "--from", Queue);

        Assert.Equal(1, code);
        Assert.Contains("The stream does not have the records any more", error);
        Assert.DoesNotContain("DeleteMessage", _targets);
        Assert.Contains("ChangeMessageVisibility", _targets);
        Assert.Empty(_handler.Requests);
    }

    [Fact]
    public async Task Topic_cannot_be_read_back()
    {
        var (code, _, error) = await RunAsync("list", "--from", "arn:aws:sns:eu-central-1:123456789012:given-up");

        Assert.Equal(1, code);
        Assert.Contains("what SNS was given cannot be read back. Subscribe a queue to the topic", error);
    }

    [Theory]
    [InlineData("--from", "given-up", "streamworker redrive: --from = 'given-up': must be the ARN of")]
    [InlineData("--consumer", "nobody", "streamworker redrive: there is no consumer 'nobody'; configured are: orders.")]
    public async Task What_is_not_clear_is_asked_back(string option, string value, string message)
    {
        var (code, _, error) = await RunAsync("list", option, value);

        Assert.Equal(1, code);
        Assert.StartsWith(message, error);
    }

    [Theory]
    [InlineData("list", "--form", "x")]
    [InlineData("deliver", "--url", "localhost:9000")]
    public async Task Misuse_is_exit_code_2(params string[] arguments) => Assert.Equal(2, (await RunAsync(arguments)).ExitCode);

    private static string Id(string number) =>
        Path.Combine("streamworker", "orders", "Orders", $"2026-01-31T08.15.30.123_{Records.Context.ShardId}_{number.PadLeft(40, '0')}-{number.PadLeft(40, '0')}.json");

    private static DiscardedBatch Batch(string number, string consumer) => new()
    {
        Consumer = consumer,
        Stream = Records.Stream,
        ShardId = Records.Context.ShardId!.Value,
        Records = Records.Parse(Records.Simple(number)),
        Condition = DiscardCondition.RetryAttemptsExhausted,
        ApproximateInvokeCount = 3,
        IsFunctionError = true,
        RequestId = Guid.Empty,
        Timestamp = new DateTimeOffset(2026, 1, 31, 8, 15, 30, TimeSpan.Zero),
        Error = "IOException: no such index",
    };

    private async Task GiveUpAsync(string number, string consumer = "orders") =>
        await new FolderFailureDestination(_folder, "streamworker").DeliverAsync(Batch(number, consumer), TestContext.Current.CancellationToken);

    private void ReceiveOne()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        FailureBody.WriteMessage(output, Batch(First, "orders"), "streamworker");
        var body = System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
        _answers["ReceiveMessage"] = JsonSerializer.Serialize(new { Messages = new[] { new { MessageId = "m-1", ReceiptHandle = "r-1", Body = body, MD5OfBody = Md5(body) } } });
    }

    [SuppressMessage("Security", "CA5351", Justification = "What SQS itself answers with.")]
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private string[] Files() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => WorkerProcess.RunAsync(
        ["redrive", .. arguments],
        ("StreamWorker__Consumers__orders__TableName", "Orders"),
        ("StreamWorker__Consumers__orders__DestinationConfig__OnFailure__Destination", $"folder:{_folder}"),
        ("StreamWorker__Consumers__orders__Handler__Type", "Http"),
        ("StreamWorker__Consumers__orders__Handler__Url", _handler.Url.ToString()),
        ("AWS_ENDPOINT_URL", new Uri(_aws.Url, "/").ToString()),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"));

    /// <summary>Stands for SQS, streams and tables: an answer for each operation, once for what is received.</summary>
    private Task AnswerAsync(HttpContext context)
    {
        var operation = context.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1];
        string? answer;
        lock (_targets)
        {
            _targets.Add(operation);
            answer = _answers.GetValueOrDefault(operation);
            if (operation == "ReceiveMessage")
                _answers.Remove(operation);
        }

        context.Response.ContentType = "application/x-amz-json-1.0";
        if (answer is not ['!', .. var code])
            return context.Response.WriteAsync(answer ?? "{}");
        context.Response.StatusCode = 400;
        return context.Response.WriteAsync($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{code}}","message":"too late"}""");
    }
}
