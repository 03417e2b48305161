using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamWorker.Bench.Backlog;

/// <summary>Serves a stream of one shard whose pages were made beforehand: nothing is left on the server's side but sending bytes. A process of its own.</summary>
internal static class CannedStream
{
    // What the service gives at most: 1 MB of data; with the envelope of each record about 1 MB of JSON.
    private const int RecordsPerPage = 700;
    private const int ImageBytes = 1024;

    public static StreamArn Stream { get; } = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:000000000000:table/Bench/stream/2026-01-01T00:00:00.000");

    public static async Task ServeAsync(int records)
    {
        var pages = Enumerable.Range(0, (records + RecordsPerPage - 1) / RecordsPerPage).Select(page => Page(page, records)).ToList();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.MapPost("/", context => AnswerAsync(context, pages));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());

        // Lives as long as whoever started it keeps its input open.
        await Console.In.ReadToEndAsync();
    }

    private static async Task AnswerAsync(HttpContext context, List<byte[]> pages)
    {
        var operation = context.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1];
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var answer = operation switch
        {
            "DescribeStream" => Encoding.UTF8.GetBytes($$$"""{"StreamDescription":{"StreamArn":"{{{Stream}}}","StreamStatus":"ENABLED","StreamViewType":"NEW_IMAGE","TableName":"Bench","Shards":[{"ShardId":"shardId-00000001760000000000-00000000","SequenceNumberRange":{"StartingSequenceNumber":"100000000000000000000"}}]}}"""),
            "GetShardIterator" => Encoding.UTF8.GetBytes("""{"ShardIterator":"page-0"}"""),
            "GetRecords" => GetRecords(body, pages),
            _ => throw new InvalidOperationException($"{operation} is not served."),
        };
        context.Response.ContentType = "application/x-amz-json-1.0";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static byte[] GetRecords(string body, List<byte[]> pages)
    {
        var start = body.IndexOf("page-", StringComparison.Ordinal) + "page-".Length;
        var page = int.Parse(body.AsSpan(start, body.AsSpan(start).IndexOf('"')), CultureInfo.InvariantCulture);
        return page < pages.Count ? pages[page] : Encoding.UTF8.GetBytes($$"""{"Records":[],"NextShardIterator":"page-{{pages.Count}}"}""");
    }

    private static byte[] Page(int page, int records)
    {
        var json = new StringBuilder("{\"Records\":[");
        for (var i = page * RecordsPerPage; i < Math.Min(records, (page + 1) * RecordsPerPage); i++)
        {
            if (i % RecordsPerPage > 0)
                json.Append(',');
            json.Append(CultureInfo.InvariantCulture, $$$$"""{"eventID":"{{{{i:x32}}}}","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-central-1","dynamodb":{"ApproximateCreationDateTime":1760000000,"Keys":{"id":{"S":"order-{{{{i}}}}"}},"NewImage":{"id":{"S":"order-{{{{i}}}}"},"version":{"N":"{{{{i}}}}"},"status":{"S":"open"},"lines":{"L":[{"M":{"sku":{"S":"A-1"},"count":{"N":"2"}}},{"M":{"sku":{"S":"B-2"},"count":{"N":"1"}}}]},"note":{"S":"{{{{new string('x', ImageBytes - 200)}}}}"}},"SequenceNumber":"{{{{100000000000000000001m + i}}}}","SizeBytes":{{{{ImageBytes}}}},"StreamViewType":"NEW_IMAGE"}}""");
        }

        json.Append(CultureInfo.InvariantCulture, $"],\"NextShardIterator\":\"page-{page + 1}\"}}");
        return Encoding.UTF8.GetBytes(json.ToString());
    }
}
