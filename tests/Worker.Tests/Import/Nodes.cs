using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

/// <summary>Writes what was read, on one line.</summary>
internal static class Nodes
{
    public static string Words(TemplateNode? node) => node switch
    {
        null => "(none)",
        ScalarNode scalar => scalar.Text,
        ListNode list => $"[{string.Join(", ", list.Members.Select(Words))}]",
        MapNode map => $"{{{string.Join(", ", map.Members.Select(member => $"{member.Key}: {Words(member.Value)}"))}}}",
        OpenNode open => $"<{open.Expression}|{open.Known}>",
        _ => "?",
    };
}
