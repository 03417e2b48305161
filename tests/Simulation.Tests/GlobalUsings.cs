global using Microsoft.Extensions.Logging;
global using StreamWorker.Batches;
global using StreamWorker.Consumer;
global using StreamWorker.Consumer.Hosting;
global using StreamWorker.Consumer.Leases;
global using StreamWorker.Consumer.Shards;
global using StreamWorker.Testing;
