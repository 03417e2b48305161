namespace StreamWorker.Worker.Import;

/// <summary>A text, number, boolean or null: the letters as they were written, and whether they were in quotes.</summary>
internal sealed class ScalarNode(Position at, string text, bool isQuoted) : TemplateNode(at)
{
    public string Text { get; } = text;

    public bool IsQuoted { get; } = isQuoted;

    public bool IsNull => !IsQuoted && Text is ("" or "~" or "null" or "Null" or "NULL");
}
