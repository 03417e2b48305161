using System.Text.Json;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>What <see cref="RecordIndex"/> is compared with: the same, by reading every token with the platform's own reader.</summary>
internal sealed class ReferenceIndex
{
    public List<RecordEnvelope> Records { get; } = [];

    public string? NextShardIterator { get; private set; }

    /// <exception cref="JsonException">The bytes are not JSON, or not with a list of records.</exception>
    public static ReferenceIndex Read(ReadOnlySpan<byte> utf8)
    {
        var index = new ReferenceIndex();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("no object");

        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "Records"u8))
            {
                found = true;
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray)
                    throw new JsonException("no list");
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    index.Records.Add(ReadRecord(ref reader));
            }
            else if (Is(ref reader, "NextShardIterator"u8))
            {
                reader.Read();
                index.NextShardIterator = reader.TokenType == JsonTokenType.Null
                    ? null
                    : JsonText.Decode(ref reader, out _) ?? throw new JsonException("no text");
            }
            else
            {
                reader.Skip();
            }
        }

        if (!found || reader.Read())
            throw new JsonException("no records, or something behind them");
        return index;
    }

    private static RecordEnvelope ReadRecord(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var envelope = new RecordEnvelope { IsMalformed = reader.TokenType != JsonTokenType.StartObject };
        if (envelope.IsMalformed)
            reader.Skip();
        while (!envelope.IsMalformed && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "dynamodb"u8))
                ReadChange(ref reader, ref envelope);
            else if (Is(ref reader, "eventID"u8))
                envelope.EventId = Value(ref reader);
            else if (Is(ref reader, "eventName"u8))
                envelope.EventName = Value(ref reader);
            else if (Is(ref reader, "awsRegion"u8))
                envelope.Region = Value(ref reader);
            else if (Is(ref reader, "userIdentity"u8))
                envelope.UserIdentity = Value(ref reader);
            else if (Is(ref reader, "eventSourceARN"u8))
                envelope.SourceArn = Value(ref reader);
            else
                reader.Skip();
        }

        envelope.Whole = new Slice(start, (int)reader.BytesConsumed - start);
        return envelope;
    }

    private static void ReadChange(ref Utf8JsonReader reader, ref RecordEnvelope envelope)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "NewImage"u8))
                envelope.NewImage = Value(ref reader);
            else if (Is(ref reader, "OldImage"u8))
                envelope.OldImage = Value(ref reader);
            else if (Is(ref reader, "Keys"u8))
                envelope.Keys = Value(ref reader);
            else if (Is(ref reader, "SequenceNumber"u8))
                envelope.SequenceNumber = Value(ref reader);
            else if (Is(ref reader, "ApproximateCreationDateTime"u8))
                envelope.CreationTime = Value(ref reader);
            else if (Is(ref reader, "SizeBytes"u8))
                envelope.Size = Value(ref reader);
            else if (Is(ref reader, "StreamViewType"u8))
                envelope.ViewType = Value(ref reader);
            else
                reader.Skip();
        }
    }

    private static Slice Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isNull = reader.TokenType == JsonTokenType.Null;
        reader.Skip();
        return isNull ? default : new Slice(start, (int)reader.BytesConsumed - start);
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
