using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace StreamWorker.Worker.Import;

/// <summary>Writes consumers' sections as configuration.</summary>
internal static class ImportOutput
{
    private static readonly Regex LineBreaks = new(@"\s*[\r\n]+\s*", RegexOptions.NonBacktracking);

    // What is a text in YAML without quotes, and what only looks like one.
    private static readonly Regex Plain = new(@"\A[A-Za-z][A-Za-z0-9_./-]*\z", RegexOptions.NonBacktracking);
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "yes", "no", "on", "off", "y", "n", "null" };

    public static string Write(JsonObject consumers, OutputFormat format) => format switch
    {
        OutputFormat.Json => Json(consumers),
        OutputFormat.Env => Environment(consumers),
        _ => Helm(consumers),
    };

    private static string Json(JsonObject consumers)
    {
        var root = new JsonObject { ["StreamWorker"] = new JsonObject { ["Consumers"] = consumers.DeepClone() } };
        using var bytes = new MemoryStream();
        // Patterns are full of quotes, and this is no web page: \" is easier on the eye than \u0022.
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            root.WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static string Environment(JsonObject consumers)
    {
        var lines = new StringBuilder();
        AddVariables("StreamWorker__Consumers", consumers, lines);
        return lines.ToString();
    }

    private static void AddVariables(string prefix, JsonNode? node, StringBuilder lines)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map)
                    AddVariables($"{prefix}__{name}", value, lines);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    AddVariables($"{prefix}__{i}", list[i], lines);
                break;
            default:
                // A variable is one line. The only text with space at its ends or with line breaks is a pattern, where they stand between JSON's tokens and mean nothing.
                lines.Append(prefix).Append('=').Append(LineBreaks.Replace(node!.ToString(), " ").Trim()).Append('\n');
                break;
        }
    }

    private static string Helm(JsonObject consumers)
    {
        var text = new StringBuilder("config:\n  Consumers:\n");
        foreach (var (name, section) in consumers)
        {
            text.Append("    ").Append(Yaml(name)).Append(":\n");
            AddYaml(section!.AsObject(), "      ", text);
        }

        return text.ToString();
    }

    private static void AddYaml(JsonObject map, string indent, StringBuilder text)
    {
        foreach (var (name, value) in map)
        {
            text.Append(indent).Append(name).Append(':');
            switch (value)
            {
                case JsonObject inner:
                    text.Append('\n');
                    AddYaml(inner, indent + "  ", text);
                    break;
                case JsonArray list:
                    text.Append('\n');
                    foreach (var member in list)
                        AddMember(member!, indent + "  ", text);
                    break;
                default:
                    text.Append(' ').Append(Yaml(value!)).Append('\n');
                    break;
            }
        }
    }

    private static void AddMember(JsonNode member, string indent, StringBuilder text)
    {
        text.Append(indent).Append("- ");
        if (member is not JsonObject map)
        {
            text.Append(Yaml(member)).Append('\n');
            return;
        }

        var inner = new StringBuilder();
        AddYaml(map, indent + "  ", inner);
        text.Append(inner.ToString(indent.Length + 2, inner.Length - indent.Length - 2));
    }

    private static string Yaml(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? Yaml(value.GetValue<string>()) : value.ToJsonString();

    private static string Yaml(string text)
    {
        if (Plain.IsMatch(text) && !Words.Contains(text))
            return text;
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\u0085' or '\u2028' or '\u2029' or '\uFEFF' => Escape(quoted, character),
                _ when char.IsControl(character) => Escape(quoted, character),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static StringBuilder Escape(StringBuilder text, char character) => text.Append("\\u").Append(((int)character).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
}
