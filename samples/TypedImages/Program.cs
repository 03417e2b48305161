using StreamWorker.Consumer.Hosting;
using StreamWorker.Samples.TypedImages;
using StreamWorker.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.AddStreamWorker(worker => worker
    .AddConsumer("customers", consumer => consumer
        .FromTable("Orders")
        .Handle<TellCustomer, Order>(OrderJson.Default.Order))
    .AddConsumer("revenue", consumer => consumer
        .FromTable("Orders")
        .Handle(OrderJson.Default.Order, async (record, context, cancellationToken) =>
        {
            var (before, after) = (record.OldImage?.Total ?? 0, record.NewImage?.Total ?? 0);
            await Console.Out.WriteLineAsync($"{record.EventName} {record.Keys}: revenue changes by {after - before}");
        })));
await builder.Build().RunAsync();
