namespace StreamWorker.Worker.Import;

/// <summary>Reads a text as JSON or as YAML, whichever it is.</summary>
internal static class TemplateText
{
    /// <summary>How many levels a text may have: more than any template, less than the stack.</summary>
    public const int MaximumDepth = 100;

    public static TemplateNode Read(string text)
    {
        var start = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (start.IsEmpty)
            throw new TemplateFormatException("it is empty");
        return start[0] is '{' or '[' ? JsonText.Read(text.TrimStart('\uFEFF')) : YamlText.Read(text.TrimStart('\uFEFF'));
    }

    public static TemplateFormatException Twice(string name, Position at) => new($"'{name}' is there twice", at);

    public static TemplateFormatException TooDeep(Position at) => new($"it has more than {MaximumDepth} levels", at);
}
