namespace StreamWorker.Steps;

/// <summary>The ways in which the wish to record a step can end.</summary>
public enum StepRecordingOutcome
{
    /// <summary>The step is recorded.</summary>
    Recorded,

    /// <summary>The step was recorded already. What was recorded first stays.</summary>
    AlreadyRecorded,

    /// <summary>Nothing is recorded: a worker with a newer lease has recorded steps of this record. The caller's lease is lost.</summary>
    Fenced,
}
