namespace StreamWorker.Lambda;

/// <summary>How the function tells Lambda that a record failed. It must fit the event source mapping, which the function cannot see.</summary>
public enum FailureReporting
{
    /// <summary>
    /// The answer lists the failed records (<c>batchItemFailures</c>): Lambda delivers again from the first of them on.
    /// The mapping must have <c>ReportBatchItemFailures</c> in its <c>FunctionResponseTypes</c>. <b>Without it Lambda ignores the list, takes the batch for handled, and the failed records are lost.</b>
    /// </summary>
    BatchItemFailures,

    /// <summary>
    /// The invocation fails: Lambda delivers the whole batch again, handled records included, and halves it when <c>BisectBatchOnFunctionError</c> is on.
    /// Nothing is lost with any mapping; this is the choice for one without <c>ReportBatchItemFailures</c>.
    /// </summary>
    InvocationError,
}
