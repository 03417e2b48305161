using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>
/// Repeats a control operation once when the service or the network failed. GetRecords is never repeated here, and nothing is after
/// throttling: the reader and the discovery have their own pace, and a repetition that they do not know of spoils it.
/// </summary>
internal sealed class StreamsRetryPolicy(IClientConfig config) : StandardRetryPolicy(config)
{
    public override Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception) =>
        executionContext.RequestContext.OriginalRequest is StreamsCall { Operation: StreamsCall.GetRecords } || IsThrottlingError(exception)
            ? Task.FromResult(false)
            : base.RetryForExceptionAsync(executionContext, exception);
}
