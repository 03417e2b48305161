using System.Text;
using System.Text.Json;

namespace StreamWorker.Normalization;

/// <summary>Writes typed attribute values as the JSON that a person would have written.</summary>
internal static class PlainJson
{
    public static void Write(Utf8JsonWriter writer, Item item)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in item)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        switch (value.Type)
        {
            case AttributeType.String:
                writer.WriteStringValue(value.AsString());
                break;
            case AttributeType.Number:
                WriteNumber(writer, value.Expect(AttributeType.Number));
                break;
            case AttributeType.Binary:
                writer.WriteBase64StringValue(value.AsBytes());
                break;
            case AttributeType.Boolean:
                writer.WriteBooleanValue(value.AsBoolean());
                break;
            case AttributeType.Null:
                writer.WriteNullValue();
                break;
            case AttributeType.Map:
                Write(writer, value.AsMap());
                break;
            case AttributeType.List:
                writer.WriteStartArray();
                foreach (var member in value.AsList())
                    Write(writer, member);
                writer.WriteEndArray();
                break;
            case AttributeType.StringSet:
                writer.WriteStartArray();
                foreach (var text in value.AsStringSet())
                    writer.WriteStringValue(text);
                writer.WriteEndArray();
                break;
            case AttributeType.NumberSet:
                writer.WriteStartArray();
                var numbers = value.ExpectArray(AttributeType.NumberSet);
                while (numbers.Read() && numbers.TokenType != JsonTokenType.EndArray)
                    WriteNumber(writer, numbers);
                writer.WriteEndArray();
                break;
            case AttributeType.BinarySet:
                writer.WriteStartArray();
                foreach (var bytes in value.AsBinarySet())
                    writer.WriteBase64StringValue(bytes);
                writer.WriteEndArray();
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, TypedReader reader)
    {
        var utf8 = Encoding.UTF8.GetBytes(reader.Text());
        if (ExactNumber.Parse(utf8, out _) == NumberFault.NotANumber)
            throw reader.Misfit("a number");
        writer.WriteRawValue(utf8, skipInputValidation: true);
    }
}
