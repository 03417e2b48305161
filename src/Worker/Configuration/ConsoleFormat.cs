namespace StreamWorker.Worker.Configuration;

/// <summary>How the Console handler writes a record.</summary>
internal enum ConsoleFormat
{
    /// <summary>One JSON object a line, for programs.</summary>
    Json,

    /// <summary>One line for people, which says what changed.</summary>
    Text,
}
