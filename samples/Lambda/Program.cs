using StreamWorker.Lambda;
using StreamWorker.Samples.Lambda;

await LambdaStream.RunAsync(consumer => consumer.Handle<IndexOrder>());
