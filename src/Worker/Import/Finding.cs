namespace StreamWorker.Worker.Import;

/// <summary>What an import has to say.</summary>
/// <param name="Severity">What it means for the result.</param>
/// <param name="At">The place in the text, if it is about one.</param>
/// <param name="Subject">The mapping, and its setting; empty when it is about the whole.</param>
/// <param name="Words">What is to be said.</param>
internal sealed record Finding(Severity Severity, Position? At, string Subject, string Words);
