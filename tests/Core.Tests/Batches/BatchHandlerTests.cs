using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Batches;

public sealed class BatchHandlerTests
{
    private static readonly StreamRecord[] s_batch = [Records.Numbered("1"), Records.Numbered("2")];

    private static async Task<(BatchResult Result, Probe Probe)> ProcessAsync(Func<IReadOnlyList<StreamRecord>, IReadOnlyCollection<BatchItemFailure>> handle, int times = 1)
    {
        var probe = new Probe(handle);
        var services = new ServiceCollection().AddSingleton(probe);
        new ConsumerBuilder("search", services).HandleBatch<ProbeHandler>();
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var processor = provider.GetRequiredKeyedService<IBatchProcessor>("search");
        var result = BatchResult.Succeeded;
        for (var i = 0; i < times; i++)
            result = await processor.ProcessAsync(s_batch, new BatchContext { Consumer = "search" }, TestContext.Current.CancellationToken);
        return (result, probe);
    }

    [Fact]
    public async Task Handler_gets_the_whole_batch_and_its_context()
    {
        var (result, probe) = await ProcessAsync(_ => []);

        Assert.Same(BatchResult.Succeeded, result);
        Assert.Equal(s_batch, Assert.Single(probe.Batches));
        Assert.Equal("search", probe.Context!.Consumer);
    }

    [Fact]
    public async Task Failures_that_the_handler_names_are_those_of_the_batch()
    {
        var (result, _) = await ProcessAsync(records => [BatchItemFailure.Of(records[1])]);

        Assert.Equal(BatchOutcome.PartlyFailed, result.Outcome);
        Assert.Equal(1, result.CountFinished(s_batch));
    }

    [Fact]
    public async Task B15_error_of_the_handler_fails_the_whole_batch()
    {
        var error = new IOException();

        var (result, _) = await ProcessAsync(_ => throw error);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
        Assert.Same(error, result.Error);
    }

    [Fact]
    public async Task Handler_that_answers_nothing_at_all_has_failed_with_the_whole_batch()
    {
        var (result, _) = await ProcessAsync(_ => null!);

        Assert.Equal(BatchOutcome.Failed, result.Outcome);
    }

    [Fact]
    public async Task Handler_is_made_anew_for_each_batch_and_disposed_of()
    {
        var (_, probe) = await ProcessAsync(_ => [], times: 3);

        // Once more at start, to see that it can be made.
        Assert.Equal(4, probe.Made);
        Assert.Equal(4, probe.Disposed);
    }

    private sealed class Probe(Func<IReadOnlyList<StreamRecord>, IReadOnlyCollection<BatchItemFailure>> handle)
    {
        public List<IReadOnlyList<StreamRecord>> Batches { get; } = [];

        public BatchContext? Context { get; set; }

        public int Made { get; set; }

        public int Disposed { get; set; }

        public IReadOnlyCollection<BatchItemFailure> Handle(IReadOnlyList<StreamRecord> records) => handle(records);
    }

    private sealed class ProbeHandler : IBatchHandler, IAsyncDisposable
    {
        private readonly Probe _probe;

        public ProbeHandler(Probe probe)
        {
            _probe = probe;
            probe.Made++;
        }

        public async ValueTask<IReadOnlyCollection<BatchItemFailure>> HandleAsync(IReadOnlyList<StreamRecord> records, BatchContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _probe.Batches.Add(records);
            _probe.Context = context;
            return _probe.Handle(records);
        }

        public ValueTask DisposeAsync()
        {
            _probe.Disposed++;
            return default;
        }
    }
}
