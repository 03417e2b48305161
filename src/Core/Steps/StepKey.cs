namespace StreamWorker.Steps;

/// <summary>Identifies a step of a record's handling: the same on every host, at every attempt and every delivery.</summary>
/// <param name="Consumer">The consumer's name: consumers of one stream do not share steps.</param>
/// <param name="Record">The record, as <see cref="RecordContext.IdempotencyKey"/> names it.</param>
/// <param name="Name">The step's name among those of the record; <see cref="WholeRecord"/> for the record's handling as a whole.</param>
public sealed record StepKey(string Consumer, string Record, string Name)
{
    /// <summary>The name of the step that is a record's handling as a whole. No other step is named so.</summary>
    public const string WholeRecord = "";
}
