using StreamWorker.Consumer.Hosting;
using StreamWorker.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.AddStreamWorker(worker => worker
    .AddConsumer("print", consumer => consumer
        .FromTable("Orders")
        .Handle(async (record, context, cancellationToken) =>
            await Console.Out.WriteLineAsync($"{record.EventName} {record.Keys}: {record.OldImage} -> {record.NewImage}"))));
await builder.Build().RunAsync();
