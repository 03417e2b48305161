using System.Net;
using StreamWorker;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Middleware;
using StreamWorker.Samples.Middleware;
using StreamWorker.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient<IndexOrder>(client => client.BaseAddress = new Uri(builder.Configuration["Search:Url"] ?? "http://localhost:9200/"));
builder.AddStreamWorker(worker => worker
    .AddConsumer("search", consumer => consumer
        .FromTable("Orders")
        .UseBatch<MaintenanceMiddleware>()
        .UseLoggingScope()
        .UseTracing()
        .UseFilter(record => record.EventName is not EventName.Remove)
        .Use<RefusedDocumentMiddleware>()
        .UseRetry(retry => retry.ShouldRetry = error => error is HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError })
        .UseTimeout(TimeSpan.FromSeconds(10))
        .Handle<IndexOrder>()));
await builder.Build().RunAsync();
