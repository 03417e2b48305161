using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Bench.Event;

/// <summary>One way to go through an event. It returns something that depends on all of it, so that nothing can be left out.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Run">Does it once.</param>
/// <param name="Goal">The most that it may take of the tokenizing limit's processor time; null for no goal.</param>
/// <param name="CountsAllocations">Whether what it allocates can be seen from here.</param>
internal sealed record EventSubject(string Name, Func<int> Run, double? Goal = null, bool CountsAllocations = true);

/// <summary>All the ways that are measured.</summary>
internal static class Subjects
{
    public const string Tokens = "limit (a): Utf8JsonReader, every token";
    public const string Structure = "limit (b): where records begin and end, by structure";
    public const string Lazy = "lazy chain: parse, pipeline, keys and two attributes, answer";
    public const string Plain = "every image to plain JSON";
    public const string Dictionaries = "every image to a dictionary";
    public const string Sdk = "peer: AWS SDK, items to AttributeValue dictionaries";

    private static readonly BatchContext s_context = new() { Consumer = "bench" };

    public static IReadOnlyList<EventSubject> Of(byte[] utf8)
    {
        var json = new Utf8JsonWriter(new ArrayBufferWriter<byte>(utf8.Length * 2));
        var lazy = Chain(consumer => consumer.Handle((record, _, _) => ReadTwo(record)));
        var lanes = Chain(consumer => consumer.ConfigureBatches(options => options.MaxConcurrency = 8).Handle((record, _, _) => ReadTwo(record)));
        var typed = Chain(consumer => consumer.Handle(OrderJson.Default.Order, (record, _, _) =>
        {
            _ = record.NewImage;
            _ = record.OldImage;
            return default;
        }));
        var properties = Chain(consumer => consumer.Handle(OrderJson.Default.OrderProperties, (record, _, _) =>
        {
            _ = record.NewImage;
            _ = record.OldImage;
            return default;
        }));
        var sdk = new SdkImages(utf8);
        List<EventSubject> subjects =
        [
            new(Tokens, () => CountTokens(utf8)),
            new(Lazy, () => Process(lazy, utf8), 0.6),
            new("the same with MaxConcurrency 8", () => Process(lanes, utf8)),
            new(Plain, () => WritePlain(utf8, json), 1.5),
            new(Dictionaries, () => ReadDictionaries(utf8), 1.5),
            new("every image to an object, generated code, properties", () => Process(properties, utf8), 3),
            new("every image to an object, generated code, positional record", () => Process(typed, utf8), 3),
            new("records found by their structure (RecordPage.Parse)", () => Parse(utf8)),
            new("not taken: records found by Utf8JsonReader, images skipped", () => FindByReader(utf8)),
            new("not taken: JsonDocument, keys and two attributes", () => ReadDocument(utf8)),
            new("not taken: event as objects of generated code, keys and two attributes", () => ReadObjects(utf8)),
            new("not taken: two attributes found by going through the image", () => ReadByEnumeration(utf8)),
            new(Sdk, sdk.Read),
        ];
        if (StructuralLimit.IsSupported)
            subjects.Insert(1, new(Structure, () => StructuralLimit.CountRecords(utf8)));
        return subjects;
    }

    private static IBatchProcessor Chain(Action<ConsumerBuilder> configure)
    {
        var services = new ServiceCollection();
        configure(new ConsumerBuilder("bench", services));
        return services.BuildServiceProvider().GetRequiredKeyedService<IBatchProcessor>("bench");
    }

    private static ValueTask ReadTwo(StreamRecord record)
    {
        var image = record.NewImage ?? record.OldImage!;
        if (record.Keys.GetString("id").Length + image.GetString("status").Length + image.GetDecimal("total") < 0)
            throw new InvalidOperationException();
        return default;
    }

    private static int Process(IBatchProcessor processor, byte[] utf8)
    {
        using var page = RecordPage.Parse(utf8);
        var processing = processor.ProcessAsync(page.Records, s_context, CancellationToken.None);

        // The handlers do not wait, so the batch has ended.
#pragma warning disable VSTHRD002
        var result = processing.IsCompleted ? processing.Result : throw new InvalidOperationException("The batch has not ended.");
#pragma warning restore VSTHRD002
        var answer = new ArrayBufferWriter<byte>(64);
        BatchResponse.Write(answer, result.Failures);
        return result.Outcome == BatchOutcome.Succeeded ? answer.WrittenCount : throw new InvalidOperationException("The batch failed.", result.Error);
    }

    private static int CountTokens(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }

    private static int Parse(byte[] utf8)
    {
        using var page = RecordPage.Parse(utf8);
        return page.Records.Count;
    }

    private static int WritePlain(byte[] utf8, Utf8JsonWriter json)
    {
        using var page = RecordPage.Parse(utf8);
        var output = new ArrayBufferWriter<byte>(4096);
        var written = 0;
        foreach (var record in page.Records)
        {
            Write(record.NewImage);
            Write(record.OldImage);
        }

        return written;

        void Write(Item? image)
        {
            if (image is null)
                return;
            output.ResetWrittenCount();
            json.Reset(output);
            image.WriteTo(json);
            json.Flush();
            written += output.WrittenCount;
        }
    }

    private static int ReadDictionaries(byte[] utf8)
    {
        using var page = RecordPage.Parse(utf8);
        return page.Records.Sum(record => (record.NewImage?.ToDictionary().Count ?? 0) + (record.OldImage?.ToDictionary().Count ?? 0));
    }

    private static int FindByReader(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var records = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == 2)
                records++;
            if (reader.TokenType == JsonTokenType.PropertyName && (reader.ValueTextEquals("NewImage"u8) || reader.ValueTextEquals("OldImage"u8) || reader.ValueTextEquals("Keys"u8)))
                reader.Skip();
        }

        return records;
    }

    private static int ReadDocument(byte[] utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        var sum = 0;
        foreach (var record in document.RootElement.GetProperty("Records").EnumerateArray())
        {
            var change = record.GetProperty("dynamodb");
            var image = change.TryGetProperty("NewImage", out var newImage) ? newImage : change.GetProperty("OldImage");
            sum += change.GetProperty("Keys").GetProperty("id").GetProperty("S").GetString()!.Length
                + image.GetProperty("status").GetProperty("S").GetString()!.Length
                + (int)decimal.Parse(image.GetProperty("total").GetProperty("N").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private static int ReadObjects(byte[] utf8)
    {
        var sum = 0;
        foreach (var record in JsonSerializer.Deserialize(utf8, OrderJson.Default.EventObject)!.Records)
        {
            var image = record.Dynamodb.NewImage ?? record.Dynamodb.OldImage!;
            sum += record.Dynamodb.Keys["id"]["S"].GetString()!.Length
                + image["status"]["S"].GetString()!.Length
                + (int)decimal.Parse(image["total"]["N"].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private static int ReadByEnumeration(byte[] utf8)
    {
        using var page = RecordPage.Parse(utf8);
        var sum = 0;
        foreach (var record in page.Records)
        {
            sum += record.Keys.GetString("id").Length;
            foreach (var (name, value) in record.NewImage ?? record.OldImage!)
            {
                if (name == "status")
                    sum += value.AsString().Length;
                else if (name == "total")
                    sum += (int)value.AsDecimal();
            }
        }

        return sum;
    }
}
