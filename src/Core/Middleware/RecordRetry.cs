using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using StreamWorker.Pipeline;

namespace StreamWorker.Middleware;

/// <summary>Tries a failed record again in place. Nothing is tried again once the record's token asks to stop.</summary>
internal sealed partial class RecordRetry : IRecordMiddleware
{
    private static readonly ResiliencePropertyKey<(StreamRecord Record, RecordContext Context)> s_work = new("StreamWorker.Record");

    private readonly Func<Exception, bool> _shouldRetry;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;

    public RecordRetry(RetryOptions options, TimeProvider time, ILogger<RecordRetry> logger)
    {
        _shouldRetry = options.ShouldRetry;
        _logger = logger;
        var strategy = new RetryStrategyOptions
        {
            MaxRetryAttempts = options.MaxRetries,
            Delay = options.Delay,
            MaxDelay = options.MaxDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = options.UseJitter,
            ShouldHandle = args => new(ShouldRetry(args.Outcome.Exception, args.Context.CancellationToken)),
            OnRetry = OnRetry,
        };
        if (options.Randomizer is not null)
            strategy.Randomizer = options.Randomizer;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(strategy).Build();
    }

    public async ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        // The captured context is kept: whoever runs the handlers also owns their order.
        var execution = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellationToken);
        execution.Properties.Set(s_work, (record, context));
        try
        {
            await _pipeline.ExecuteAsync(
                static (execution, state) =>
                {
                    // The wait may have been over at the moment at which it was to be cut short.
                    execution.CancellationToken.ThrowIfCancellationRequested();
                    return state.next(state.record, state.context, execution.CancellationToken);
                },
                execution,
                (next, record, context));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(execution);
        }
    }

    private bool ShouldRetry(Exception? error, CancellationToken cancellationToken) =>
        error is not null && !cancellationToken.IsCancellationRequested && _shouldRetry(error);

    private ValueTask OnRetry(OnRetryArguments<object> retry)
    {
        if (retry.Context.Properties.TryGetValue(s_work, out var work))
            LogRetry(work.Context.Consumer, RecordIdentity.EventIdOf(work.Record), retry.AttemptNumber + 1, retry.RetryDelay, retry.Outcome.Exception);
        return default;
    }

    [LoggerMessage(7111, LogLevel.Warning, "Consumer {Consumer}: try {Try} of record {EventId} failed; it is tried again in place in {Delay}")]
    private partial void LogRetry(string consumer, string? eventId, int @try, TimeSpan delay, Exception? e);
}
