namespace StreamWorker.Steps;

/// <summary>What became of the wish to record a step.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Entry">The entry that is in force: one's own, or that of who was first. Null when <see cref="StepRecordingOutcome.Fenced"/>.</param>
public readonly record struct StepRecording(StepRecordingOutcome Outcome, StepEntry? Entry);
