using Microsoft.Extensions.Options;

namespace StreamWorker.Lambda;

/// <summary>Settings of a consumer that runs in Lambda.</summary>
public sealed class LambdaStreamOptions
{
    private static readonly TimeSpan s_smallestMargin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_largestMargin = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the consumer's name.</summary>
    /// <value>The default is the function's name (<c>AWS_LAMBDA_FUNCTION_NAME</c>), or <c>lambda</c> where there is none. Not empty.</value>
    public string ConsumerName { get; set; } = "lambda";

    /// <summary>Gets or sets how long before the invocation's deadline the work on a batch stops.</summary>
    /// <value>The default is 500 milliseconds. Allowed: 50 milliseconds to 5 minutes.</value>
    /// <remarks>
    /// At the start of the margin the handler's token is cancelled; the record it is at counts as failed and those before it as handled.
    /// A handler that does not stop has half of the margin to end; then the function answers without it, with the first record that is not known to be handled.
    /// Never more than half of the time that is left when the invocation arrives is taken, so that a short function time-out still leaves time to work.
    /// </remarks>
    public TimeSpan DeadlineMargin { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets how failed records are told to Lambda.</summary>
    /// <value>
    /// The default is <see cref="FailureReporting.BatchItemFailures"/>, <b>which loses failed records unless the mapping has <c>ReportBatchItemFailures</c></b>.
    /// Set <see cref="FailureReporting.InvocationError"/> for a mapping without it.
    /// </value>
    public FailureReporting FailureReporting { get; set; } = FailureReporting.BatchItemFailures;

    internal void Validate()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(ConsumerName))
            faults.Add($"{nameof(ConsumerName)} is empty: a name is required.");
        if (DeadlineMargin < s_smallestMargin || DeadlineMargin > s_largestMargin)
            faults.Add($"{nameof(DeadlineMargin)} is {DeadlineMargin}: it must be from {s_smallestMargin} to {s_largestMargin}.");
        if (!Enum.IsDefined(FailureReporting))
            faults.Add($"{nameof(FailureReporting)} is {FailureReporting}: it must be {nameof(FailureReporting.BatchItemFailures)} or {nameof(FailureReporting.InvocationError)}.");
        if (faults.Count > 0)
            throw new OptionsValidationException(nameof(LambdaStreamOptions), typeof(LambdaStreamOptions), faults);
    }
}
