using StreamWorker.Consumer.Hosting;
using StreamWorker.Samples.ClassHandler;
using StreamWorker.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient<SearchClient>(client => client.BaseAddress = new Uri(builder.Configuration["Search:Url"] ?? "http://localhost:9200/"));
builder.AddStreamWorker(worker => worker
    .AddConsumer("search", consumer => consumer
        .FromTable("Orders")
        .Use<TimingMiddleware>()
        .Handle<IndexOrder>()));
await builder.Build().RunAsync();
