using StreamWorker.Batches;

namespace StreamWorker.Lambda;

/// <summary>Runs a consumer in AWS Lambda, where an event source mapping reads the stream and this program handles its batches.</summary>
/// <remarks>
/// <para>The program is the function's own runtime (<c>bootstrap</c> on <c>provided.al2023</c>, or a container image); no other Lambda package is needed.</para>
/// <para>Delivery is at least once and in order within a shard, as the mapping does it. <b>The mapping must have <c>ReportBatchItemFailures</c></b>; see <see cref="FailureReporting"/>.</para>
/// </remarks>
public static class LambdaStream
{
    /// <summary>Handles invocations until the process is asked to end.</summary>
    /// <param name="configure">Says how records are handled, as in the Worker.</param>
    /// <param name="configureOptions">Changes the settings; null leaves them at their defaults.</param>
    /// <param name="cancellationToken">Ends the program; so does SIGTERM. A batch in work is stopped and answered first.</param>
    /// <returns>A task that completes when the program has been asked to end. It fails, and the process should then end, when the consumer cannot be made, Lambda's Runtime API is gone, or a handler does not stop.</returns>
    /// <exception cref="InvalidOperationException">The program does not run in Lambda, or the consumer cannot be made; Lambda has been told the latter.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is out of its range; Lambda has been told.</exception>
    /// <exception cref="RuntimeApiException">Lambda's Runtime API is not to be reached or has failed.</exception>
    /// <exception cref="HandlerOverrunException">A handler went on after its invocation's deadline: ending the process is what stops it.</exception>
    public static async Task RunAsync(Action<ConsumerBuilder> configure, Action<LambdaStreamOptions>? configureOptions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        await using var output = Console.OpenStandardOutput();
        var function = new LambdaFunction(configure, configureOptions ?? (static _ => { }), Environment.GetEnvironmentVariable, output, TimeProvider.System);
        await function.RunAsync(cancellationToken);
    }
}
