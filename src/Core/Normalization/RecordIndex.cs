using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>Finds the records of a page. What stands around the records has to be JSON to the last character; a record has to end, and is otherwise on its own.</summary>
internal sealed class RecordIndex
{
    // Of what stands beside the records, which is all read.
    private const int MaximumDepth = 128;

    // As many records as a read gives at most. More are no fault; only the first guess stays below.
    private const int LikelyRecords = 1000;

    private WindowMembers _window;

    public List<StreamRecord> Records { get; } = [];

    public string? NextShardIterator { get; private set; }

    public WindowMembers Window => _window;

    public static RecordIndex Read(RecordBytes bytes)
    {
        var index = new RecordIndex();
        var walker = new JsonWalker(bytes.All, 0, bytes.Scanner, []);
        if (!walker.TryTake('{'))
            throw new JsonException("A JSON object with the member 'Records' was expected.");

        var found = false;
        if (walker.Next() != '}')
        {
            do
                found |= index.ReadMember(ref walker, bytes);
            while (walker.TryTake(','));
        }

        if (!walker.TryTake('}'))
            throw Broken(walker);
        if (!found)
            throw new JsonException("The member 'Records' is missing.");
        if (!walker.IsAtEnd)
            throw new JsonException("Nothing may follow the JSON object.");
        return index;
    }

    private bool ReadMember(ref JsonWalker walker, RecordBytes bytes)
    {
        if (!walker.TryTakeName(out var name, out var quoted))
            throw Broken(walker);
        JsonText.ThrowIfInvalid(bytes.Span(quoted), MaximumDepth);
        if (name.SequenceEqual("Records"u8))
        {
            ReadRecords(ref walker, bytes);
            return true;
        }

        if (!walker.TryTakeValue(out var value))
            throw Broken(walker);
        JsonText.ThrowIfInvalid(bytes.Span(value), MaximumDepth);
        if (name.SequenceEqual("NextShardIterator"u8))
            NextShardIterator = ReadIterator(bytes.Span(value));
        else
            _window.Take(name, value);
        return false;
    }

    private void ReadRecords(ref JsonWalker walker, RecordBytes bytes)
    {
        if (!walker.TryTake('['))
            throw new JsonException("The member 'Records' is not a list.");
        if (walker.TryTake(']'))
            return;
        do
        {
            if (!EnvelopeReader.TryRead(ref walker, out var envelope))
                throw Broken(walker);
            if (Records.Count == 0)
                Records.EnsureCapacity(Math.Min(LikelyRecords, (bytes.Length / envelope.Whole.Length) + 1));
            Records.Add(new StreamRecord(bytes, envelope));
        }
        while (walker.TryTake(','));
        if (!walker.TryTake(']'))
            throw Broken(walker);
    }

    private static string? ReadIterator(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        return reader.TokenType == JsonTokenType.Null
            ? null
            : JsonText.Decode(ref reader, out _) ?? throw new JsonException("The member 'NextShardIterator' is not text.");
    }

    private static JsonException Broken(JsonWalker walker) => new($"The bytes are not JSON from byte {walker.Position} on.");
}
