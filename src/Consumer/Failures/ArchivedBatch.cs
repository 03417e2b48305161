namespace StreamWorker.Consumer.Failures;

/// <summary>Something that lies in a failure destination.</summary>
/// <param name="Id">Its name there: of the message, the object, the row or the file.</param>
/// <param name="Notice">What is known about the records; null when it cannot be read.</param>
/// <param name="Fault">Why it cannot be read; null when it can.</param>
public sealed record ArchivedBatch(string Id, DiscardNotice? Notice, string? Fault = null);
