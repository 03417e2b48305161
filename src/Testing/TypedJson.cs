using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamWorker.Testing;

/// <summary>Reads and checks items in DynamoDB's typed JSON. Sets are put in order, so that equal items are equal trees.</summary>
internal static class TypedJson
{
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 128 };
    private static readonly JsonSerializerOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };

    public static JsonObject ParseItem(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: s_options);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The item is not JSON: {e.Message}", nameof(json), e);
        }

        var item = node as JsonObject ?? throw new ArgumentException("An item is a JSON object, for example {\"id\":{\"S\":\"a\"}}.", nameof(json));
        CheckMap(item, "");
        return item;
    }

    /// <summary>Checks a typed value on its own.</summary>
    public static JsonNode ParseValue(string json) => ParseItem($$"""{"value":{{json}}}""")["value"]!.DeepClone();

    public static string Write(JsonNode node) => node.ToJsonString(s_writing);

    private static void CheckMap(JsonObject map, string path)
    {
        foreach (var (name, value) in map)
            CheckValue(value, path.Length == 0 ? name : $"{path}.{name}");
    }

    private static void CheckValue(JsonNode? node, string path)
    {
        if (node is not JsonObject { Count: 1 } typed)
            throw Fault(path, "a typed value such as {\"S\":\"text\"} is expected");
        var (type, value) = typed.First();
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        var isRight = type switch
        {
            "S" => kind == JsonValueKind.String,
            "N" => kind == JsonValueKind.String && IsNumber(value!),
            "B" => kind == JsonValueKind.String && IsBase64(value!),
            "BOOL" => kind is JsonValueKind.True or JsonValueKind.False,
            "NULL" => kind == JsonValueKind.True,
            "SS" or "NS" or "BS" => kind == JsonValueKind.Array && SortSet(type, (JsonArray)value!),
            "L" => kind == JsonValueKind.Array,
            "M" => kind == JsonValueKind.Object,
            _ => throw Fault(path, $"'{type}' is not a type"),
        };
        if (!isRight)
            throw Fault(path, $"the value does not fit the type {type}");
        if (type == "M")
            CheckMap((JsonObject)value!, path);
        if (type != "L")
            return;
        var list = (JsonArray)value!;
        for (var i = 0; i < list.Count; i++)
            CheckValue(list[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"));
    }

    private static bool SortSet(string type, JsonArray set)
    {
        if (set.Count == 0 || !set.All(member => member?.GetValueKind() == JsonValueKind.String && Fits(type, member)))
            return false;
        var members = set.Select(member => member!.GetValue<string>()).Order(StringComparer.Ordinal).ToList();
        if (members.Distinct(StringComparer.Ordinal).Count() != members.Count)
            return false;
        for (var i = 0; i < members.Count; i++)
            set[i] = members[i];
        return true;
    }

    private static bool Fits(string setType, JsonNode member) => setType switch
    {
        "NS" => IsNumber(member),
        "BS" => IsBase64(member),
        _ => true,
    };

    private static bool IsNumber(JsonNode node) => double.TryParse(node.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);

    private static bool IsBase64(JsonNode node) => System.Buffers.Text.Base64.IsValid(node.GetValue<string>());

    private static ArgumentException Fault(string path, string message) => new($"Attribute {path}: {message}.");
}
