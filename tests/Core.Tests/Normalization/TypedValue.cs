using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>An attribute value of a model: what arbitrary items are made of, in their typed and in their plain form.</summary>
internal abstract record TypedValue
{
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.Char[' ', '~'].Array[0, 12].Select(chars => new string(chars)),
        Gen.Char.Where(c => !char.IsSurrogate(c)).Array[0, 8].Select(chars => new string(chars)),
        Gen.OneOf([.. new[] { "", "\"", "\\", "\u0000\u001f", "😀 ẞ", "}]\"", "{\"S\":\"x\"}", "a/b", "\u2028" }.Select(Gen.Const)]));

    // Of any size that DynamoDB holds: between 1E-130 and 9.9E+125.
    private static readonly Gen<string> s_number = Gen.Select(Gen.Bool, Gen.Char['0', '9'].Array[1, 38], Gen.Int[0, 38], Gen.Int[-92, 87], Gen.Bool)
        .Select((negative, digits, point, exponent, hasExponent) =>
        {
            var whole = new string(digits[..Math.Min(point, digits.Length)]).TrimStart('0');
            var fraction = new string(digits[Math.Min(point, digits.Length)..]);
            var text = (negative ? "-" : "") + (whole.Length == 0 ? "0" : whole) + (fraction.Length == 0 ? "" : "." + fraction);
            return hasExponent ? text + "E" + exponent.ToString(CultureInfo.InvariantCulture) : text;
        });

    private static readonly Gen<byte[]> s_bytes = Gen.Byte.Array[0, 10];

    public sealed record Text(string Value) : TypedValue;

    public sealed record Number(string Digits) : TypedValue;

    public sealed record Binary(string Base64) : TypedValue;

    public sealed record Boolean(bool Value) : TypedValue;

    public sealed record Null : TypedValue;

    public sealed record Set(AttributeType Type, string[] Members) : TypedValue;

    public sealed record List(TypedValue[] Members) : TypedValue;

    public sealed record Map(KeyValuePair<string, TypedValue>[] Members) : TypedValue;

    public static Gen<Map> Items { get; } = MapOf(4);

    /// <summary>Gives the value that a view shows.</summary>
    public static TypedValue Of(AttributeValue value) => value.Type switch
    {
        AttributeType.String => new Text(value.AsString()),
        AttributeType.Number => new Number(value.AsNumberText()),
        AttributeType.Binary => new Binary(Convert.ToBase64String(value.AsBytes())),
        AttributeType.Boolean => new Boolean(value.AsBoolean()),
        AttributeType.Null => new Null(),
        AttributeType.StringSet => new Set(AttributeType.StringSet, [.. value.AsStringSet()]),
        AttributeType.NumberSet => new Set(AttributeType.NumberSet, [.. value.AsNumberSet()]),
        AttributeType.BinarySet => new Set(AttributeType.BinarySet, [.. value.AsBinarySet().Select(Convert.ToBase64String)]),
        AttributeType.List => new List([.. value.AsList().Select(Of)]),
        _ => Of(value.AsMap()),
    };

    /// <summary>Gives the item that a view shows.</summary>
    public static Map Of(Item item) => new([.. item.Select(member => KeyValuePair.Create(member.Key, Of(member.Value)))]);

    public void WriteTyped(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        switch (this)
        {
            case Text text:
                writer.WriteString("S", text.Value);
                break;
            case Number number:
                writer.WriteString("N", number.Digits);
                break;
            case Binary binary:
                writer.WriteString("B", binary.Base64);
                break;
            case Boolean boolean:
                writer.WriteBoolean("BOOL", boolean.Value);
                break;
            case Null:
                writer.WriteBoolean("NULL", true);
                break;
            case Set set:
                writer.WriteStartArray(set.Type switch { AttributeType.StringSet => "SS", AttributeType.NumberSet => "NS", _ => "BS" });
                foreach (var member in set.Members)
                    writer.WriteStringValue(member);
                writer.WriteEndArray();
                break;
            case List list:
                writer.WriteStartArray("L");
                foreach (var member in list.Members)
                    member.WriteTyped(writer);
                writer.WriteEndArray();
                break;
            case Map map:
                writer.WritePropertyName("M");
                map.WriteMembers(writer, (value, w) => value.WriteTyped(w));
                break;
            default:
                throw new InvalidOperationException();
        }

        writer.WriteEndObject();
    }

    public void WritePlain(Utf8JsonWriter writer)
    {
        switch (this)
        {
            case Text text:
                writer.WriteStringValue(text.Value);
                break;
            case Number number:
                writer.WriteRawValue(number.Digits);
                break;
            case Binary binary:
                writer.WriteStringValue(binary.Base64);
                break;
            case Boolean boolean:
                writer.WriteBooleanValue(boolean.Value);
                break;
            case Null:
                writer.WriteNullValue();
                break;
            case Set set:
                writer.WriteStartArray();
                foreach (var member in set.Members)
                {
                    if (set.Type == AttributeType.NumberSet)
                        writer.WriteRawValue(member);
                    else
                        writer.WriteStringValue(member);
                }

                writer.WriteEndArray();
                break;
            case List list:
                writer.WriteStartArray();
                foreach (var member in list.Members)
                    member.WritePlain(writer);
                writer.WriteEndArray();
                break;
            case Map map:
                map.WriteMembers(writer, (value, w) => value.WritePlain(w));
                break;
            default:
                throw new InvalidOperationException();
        }
    }

    /// <summary>Writes with every character escaped that can be, or with none that need not be.</summary>
    public static string Write(Action<Utf8JsonWriter> write, bool isEscaped)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = isEscaped ? JavaScriptEncoder.Create(new TextEncoderSettings()) : JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Gen<TypedValue> ValueOf(int depth)
    {
        var leaves = new List<Gen<TypedValue>>
        {
            s_text.Select(text => (TypedValue)new Text(text)),
            s_number.Select(digits => (TypedValue)new Number(digits)),
            s_bytes.Select(bytes => (TypedValue)new Binary(Convert.ToBase64String(bytes))),
            Gen.Bool.Select(value => (TypedValue)new Boolean(value)),
            Gen.Const((TypedValue)new Null()),
            s_text.Array[1, 4].Select(texts => (TypedValue)new Set(AttributeType.StringSet, [.. texts.Distinct(StringComparer.Ordinal)])),
            s_number.Array[1, 4].Select(numbers => (TypedValue)new Set(AttributeType.NumberSet, [.. numbers.Distinct(StringComparer.Ordinal)])),
            s_bytes.Array[1, 4].Select(sets => (TypedValue)new Set(AttributeType.BinarySet, [.. sets.Select(Convert.ToBase64String).Distinct(StringComparer.Ordinal)])),
        };
        if (depth > 0)
        {
            leaves.Add(ValueOf(depth - 1).Array[0, 4].Select(members => (TypedValue)new List(members)));
            leaves.Add(MapOf(depth - 1).Select(map => (TypedValue)map));
        }

        return Gen.OneOf([.. leaves]);
    }

    private static Gen<Map> MapOf(int depth) => Gen.Select(s_text, ValueOf(depth)).Array[0, 5]
        .Select(members => new Map([.. members.DistinctBy(member => member.Item1, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Item1, member.Item2))]));
}

internal static class TypedMaps
{
    public static void WriteMembers(this TypedValue.Map map, Utf8JsonWriter writer, Action<TypedValue, Utf8JsonWriter> write)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in map.Members)
        {
            writer.WritePropertyName(name);
            write(value, writer);
        }

        writer.WriteEndObject();
    }
}
