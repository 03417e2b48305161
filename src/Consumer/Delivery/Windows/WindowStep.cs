namespace StreamWorker.Consumer.Delivery.Windows;

/// <summary>What comes next in a shard whose records belong to tumbling windows.</summary>
/// <param name="Window">The window that is open, or opens with the first of the records; null when there is none and nothing to open one.</param>
/// <param name="Count">How many of the next records belong to it: those from the first on.</param>
/// <param name="IsComplete">Whether nothing more will belong to it: with these records, or with none, comes its final call.</param>
internal readonly record struct WindowStep(TumblingWindow? Window, int Count, bool IsComplete);
