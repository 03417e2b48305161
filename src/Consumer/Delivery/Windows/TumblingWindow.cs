namespace StreamWorker.Consumer.Delivery.Windows;

/// <summary>A window of time.</summary>
/// <param name="Start">Its start, inclusive, in UTC.</param>
/// <param name="End">Its end, exclusive, in UTC: the start of the next one.</param>
internal readonly record struct TumblingWindow(DateTimeOffset Start, DateTimeOffset End);
