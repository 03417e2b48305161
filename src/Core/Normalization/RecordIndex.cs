using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>Finds the records of a page and their envelope members in one pass; images are skipped over and kept as ranges.</summary>
internal sealed class RecordIndex
{
    // An item is nested up to 32 levels and each level is two in the typed JSON; the envelope adds four.
    internal const int MaximumDepth = 128;

    public List<StreamRecord> Records { get; } = [];

    public string? NextShardIterator { get; private set; }

    public static RecordIndex Read(RecordBytes bytes, StreamArn stream)
    {
        var index = new RecordIndex();
        var reader = NewReader(bytes.Span(new Slice(0, bytes.Length)));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A JSON object with the member 'Records' was expected.");

        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.IsName(ref reader, "Records"u8))
            {
                found = true;
                index.ReadRecords(ref reader, bytes, stream);
            }
            else if (JsonText.IsName(ref reader, "NextShardIterator"u8))
            {
                reader.Read();
                index.NextShardIterator = reader.TokenType == JsonTokenType.Null
                    ? null
                    : JsonText.Decode(ref reader, out _) ?? throw new JsonException("The member 'NextShardIterator' is not text.");
            }
            else
            {
                reader.Skip();
            }
        }

        if (!found)
            throw new JsonException("The member 'Records' is missing.");
        if (reader.Read())
            throw new JsonException("Nothing may follow the JSON object.");
        return index;
    }

    internal static Utf8JsonReader NewReader(ReadOnlySpan<byte> utf8) => new(utf8, new JsonReaderOptions { MaxDepth = MaximumDepth });

    /// <summary>Reads the record that fills <paramref name="bytes"/>.</summary>
    internal static StreamRecord ReadRecord(RecordBytes bytes, StreamArn stream)
    {
        var reader = NewReader(bytes.Span(new Slice(0, bytes.Length)));
        reader.Read();
        return ReadRecord(ref reader, bytes, stream);
    }

    private void ReadRecords(ref Utf8JsonReader reader, RecordBytes bytes, StreamArn stream)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("The member 'Records' is not a list.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            Records.Add(ReadRecord(ref reader, bytes, stream));
    }

    private static StreamRecord ReadRecord(ref Utf8JsonReader reader, RecordBytes bytes, StreamArn stream)
    {
        var start = (int)reader.TokenStartIndex;
        var envelope = new RecordEnvelope();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadMember(ref reader, ref envelope);
        }
        else
        {
            reader.Skip();
        }

        envelope.Whole = new Slice(start, (int)reader.BytesConsumed - start);
        return new StreamRecord(bytes, envelope, stream);
    }

    private static void ReadMember(ref Utf8JsonReader reader, ref RecordEnvelope envelope)
    {
        if (JsonText.IsName(ref reader, "dynamodb"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    ReadChange(ref reader, ref envelope);
            }
            else
            {
                reader.Skip();
            }
        }
        else if (JsonText.IsName(ref reader, "eventID"u8))
        {
            envelope.EventId = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "eventName"u8))
        {
            envelope.EventName = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "awsRegion"u8))
        {
            envelope.Region = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "userIdentity"u8))
        {
            envelope.UserIdentity = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "eventSourceARN"u8))
        {
            envelope.SourceArn = Value(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    private static void ReadChange(ref Utf8JsonReader reader, ref RecordEnvelope envelope)
    {
        if (JsonText.IsName(ref reader, "NewImage"u8))
        {
            envelope.NewImage = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "OldImage"u8))
        {
            envelope.OldImage = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "Keys"u8))
        {
            envelope.Keys = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "SequenceNumber"u8))
        {
            reader.Read();
            envelope.HasSequenceNumber = reader.TokenType == JsonTokenType.String
                && !reader.ValueIsEscaped
                && SequenceNumber.TryParse(reader.ValueSpan, out envelope.SequenceNumber);
            reader.Skip();
        }
        else if (JsonText.IsName(ref reader, "ApproximateCreationDateTime"u8))
        {
            envelope.CreationTime = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "SizeBytes"u8))
        {
            envelope.Size = Value(ref reader);
        }
        else if (JsonText.IsName(ref reader, "StreamViewType"u8))
        {
            envelope.ViewType = Value(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    /// <summary>Moves over the value of the member whose name has just been read, and gives its range; a JSON null counts as absent.</summary>
    private static Slice Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return default;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Slice(start, (int)reader.BytesConsumed - start);
    }
}
