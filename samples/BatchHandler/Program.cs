using StreamWorker.Consumer.Hosting;
using StreamWorker.Samples.BatchHandler;
using StreamWorker.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient<BulkIndex>(client => client.BaseAddress = new Uri(builder.Configuration["Search:Url"] ?? "http://localhost:9200/"));
builder.AddStreamWorker(worker => worker
    .AddConsumer("bulk", consumer => consumer
        .FromTable("Orders")
        .Configure(options => options.BatchSize = 500)
        .HandleBatch<IndexOrders>()));
await builder.Build().RunAsync();
