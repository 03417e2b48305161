namespace StreamWorker.Worker.Import;

/// <summary>A place in a text: line and column, both counted from 1.</summary>
internal readonly record struct Position(int Line, int Column);
