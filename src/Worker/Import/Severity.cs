namespace StreamWorker.Worker.Import;

/// <summary>What a finding means for the result.</summary>
internal enum Severity
{
    /// <summary>Good to know: the result says the same as the mapping.</summary>
    Note,

    /// <summary>Something of the mapping is not in the result, or is left for somebody to fill in.</summary>
    NoCounterpart,

    /// <summary>Lambda itself would refuse it: there is no result.</summary>
    Fault,
}
