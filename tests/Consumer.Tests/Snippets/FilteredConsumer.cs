using StreamWorker.Pipeline;

namespace StreamWorker.Consumer.Tests.Snippets;

internal static class FilteredConsumer
{
    public static StreamWorkerBuilder Add(StreamWorkerBuilder worker, RecordDelegate handler) => worker.AddConsumer("orders", consumer => consumer
        .FromTable("Orders")
        .Configure(options => options.FilterCriteria.Filters.Add(new("""{"eventName":["MODIFY"]}""")))
        .FilterBeforeBatching(record => record.HasChanged("status"))
        .Handle(handler));
}
