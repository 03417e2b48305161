using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamWorker.Batches;
using StreamWorker.Diagnostics;
using StreamWorker.Normalization;
using StreamWorker.Tests.Shared;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>Whatever bytes come from outside, only the errors that are promised come out. The seed makes a run that failed happen again.</summary>
public sealed class MutationTests
{
    private static int Seed => Mutation.Seed;

    private static int Rounds => Mutation.Rounds;

    private static readonly string[] s_pages =
    [
        $$"""{"Records":[{{Records.Insert}}],"NextShardIterator":"arn:aws:dynamodb|1|c2hhcmQ="}""",
        """{"Records":[{"eventID":"1","eventName":"REMOVE","dynamodb":{"Keys":{"id":{"S":"\u00e9\\"}},"OldImage":{"b":{"B":"AQL/"},"n":{"N":"1E-7"},"z":{"NULL":true}},"SequenceNumber":"1"},"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}}]}""",
        """{"Records":[{"eventID":"2","eventName":"MODIFY","dynamodb":{"NewImage":{"m":{"M":{"l":{"L":[{"BOOL":true},{"SS":["a","b"]},{"NS":["1","2.5"]},{"BS":["AQ=="]}]}}}},"SequenceNumber":"22"},"eventSourceARN":"arn:aws:dynamodb:eu-central-1:1:table/Orders/stream/x"},{}]}""",
        """{"Records":[{"dynamodb":{"NewImage":{"a":{"N":"12345678901234567890123456789012345678"},"b":{"S":"x"},"c":{"S":"😀"}}}}]}""",
        """{"Records":[{"eventName":"MODIFY","dynamodb":{"OldImage":{"a":{"N":"1.50"},"s":{"NS":["1","2.0"]},"m":{"M":{"x":{"S":"y"},"b":{"BS":["AQ==","Ag=="]}}},"l":{"L":[{"N":"1"},{"SS":["p"]}]}},"NewImage":{"m":{"M":{"b":{"BS":["Ag==","AQ=="]},"x":{"S":"\u0079"}}},"l":{"L":[{"N":"1.0"}]},"s":{"NS":["2","1"]},"a":{"N":"15E-1"},"z.z":{"NULL":true}}}}]}""",
    ];

    private static readonly string[] s_answers =
    [
        """{"batchItemFailures":[{"itemIdentifier":"300000000000000499659"},{"itemIdentifier":null}]}""",
        """{"batchItemFailures":[]}""",
        """{"statusCode":200,"batch_item_failures":[{"itemIdentifier":"\u0031"}],"batchItemFailures":null}""",
        """[{"itemIdentifier":"1"}]""",
        "\"\"",
    ];

    [Fact]
    public void Mutated_pages_raise_only_the_errors_that_are_promised()
    {
        var mutation = new Mutation(Seed);
        var parsed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = mutation.Next(s_pages);
            var scanner = round % 2 == 0 ? StructuralScanner.Portable : StructuralScanner.Fastest;
            try
            {
                using var page = Parse(bytes, scanner);
                if (page is null)
                    continue;
                parsed++;
                ReadAll(page);
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {Seed}, round {round}: {e.GetType().Name} for {Encoding.UTF8.GetString(bytes)} ({Convert.ToHexString(bytes)})\n{e}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {Seed}: {parsed} of {Rounds} were pages.");
        Assert.InRange(parsed, Rounds / 10, Rounds);
    }

    [Fact]
    public void Mutated_answers_are_read_without_any_error()
    {
        var mutation = new Mutation(Seed);
        var outcomes = new Dictionary<BatchOutcome, int>();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = mutation.Next(s_answers);
            try
            {
                var result = BatchResponse.Read(bytes, out _);
                outcomes[result.Outcome] = outcomes.GetValueOrDefault(result.Outcome) + 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {Seed}, round {round}: {e.GetType().Name} for {Encoding.UTF8.GetString(bytes)} ({Convert.ToHexString(bytes)})\n{e}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {Seed}: {string.Join(", ", outcomes)}");
        Assert.Equal(3, outcomes.Count);
    }

    /// <summary>Gives the page; null when the bytes are none, which is an error of the page as a whole.</summary>
    private static RecordPage? Parse(byte[] bytes, StructuralScanner scanner)
    {
        try
        {
            return RecordPage.Parse(bytes, Records.Stream, scanner);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void ReadAll(RecordPage page)
    {
        foreach (var record in page.Records)
        {
            ReadAll(record);
            ReadAll(record.Detach());
        }

        // Each on its own: one that is not JSON must not be written, and hinders no other.
        var written = page.Records.Where(IsJson).ToList();
        foreach (var record in page.Records.Except(written))
            Assert.Throws<RecordFormatException>(() => LambdaEvent.Write(new ArrayBufferWriter<byte>(), [record]));

        var output = new ArrayBufferWriter<byte>();
        LambdaEvent.Write(output, written);
        using var json = JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 256 });
        Assert.Equal(written.Count, json.RootElement.GetProperty("Records").GetArrayLength());
    }

    private static bool IsJson(StreamRecord record)
    {
        try
        {
            JsonDocument.Parse(record.Utf8Json, new JsonDocumentOptions { MaxDepth = 256 }).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void ReadAll(StreamRecord record)
    {
        Attempt(() => record.EventId);
        Attempt(() => record.EventName);
        Attempt(() => record.SequenceNumber);
        Attempt(() => record.StreamArn);
        Attempt(() => record.ApproximateCreationTime);
        Attempt(() => record.SizeBytes);
        Attempt(() => record.StreamViewType);
        Attempt(() => record.AwsRegion);
        Attempt(() => record.UserIdentity);
        Attempt(() => record.IsTimeToLiveDelete);
        Attempt(() => ReadAll(record.Keys));
        Attempt(() => record.NewImage is { } image ? ReadAll(image) : 0);
        Attempt(() => record.OldImage is { } image ? ReadAll(image) : 0);
        Attempt(() => string.Join(',', record.GetChanges()));
        Attempt(() => record.HasChanged("m.x"));
        Attempt(() => record.HasChanged("l[1]"));
    }

    private static int ReadAll(Item item)
    {
        Attempt(() => item.TryGetValue("id", out _));
        Attempt(() => JsonDocument.Parse(item.ToString()).RootElement.EnumerateObject().Count());
        Attempt(() => item.ToDictionary());
        Attempt(() => item.To(TypedObjectTests.TestJson.Default.OrderRow));
        Attempt(() => item.Path);
        foreach (var (_, value) in item)
            Attempt(() => ReadAll(value));
        return 0;
    }

    private static int ReadAll(AttributeValue value)
    {
        Attempt(() => value.AsString());
        Attempt(() => value.AsDecimal());
        Attempt(() => value.AsInt64());
        Attempt(() => value.AsDouble());
        Attempt(() => value.AsBigInteger());
        Attempt(() => value.ToObject());
        Attempt(() => value.To(TypedObjectTests.TestJson.Default.LineRow));
        Attempt(() => value.Path);
        Attempt(() => value.AsBytes());
        Attempt(() => value.AsBoolean());
        Attempt(() => value.AsStringSet());
        Attempt(() => value.AsNumberSet());
        Attempt(() => value.AsBinarySet());
        Attempt(() => value.Type == AttributeType.Map ? ReadAll(value.AsMap()) : 0);
        Attempt(() => value.Type == AttributeType.List ? value.AsList().Sum(ReadAll) : 0);
        return 0;
    }

    private static void Attempt<T>(Func<T> read)
    {
        try
        {
            read();
        }
        catch (RecordFormatException)
        {
            // What a malformed member raises.
        }
    }
}
