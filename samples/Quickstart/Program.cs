using System.Runtime.InteropServices;
using Amazon.DynamoDBv2;
using StreamWorker.Samples.Quickstart;

// The writer of ./quickstart: makes the table Orders and changes its items, a few times a second, until it is told to stop. One line for each change.
if (args is not [var table])
{
    await Console.Error.WriteLineAsync("Usage: StreamWorker.Samples.Quickstart TABLE (the endpoint is AWS_ENDPOINT_URL_DYNAMODB)");
    return 2;
}

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

using var client = new AmazonDynamoDBClient();
var orders = new OrderBook(client, table, new Random(20260131));
await orders.CreateTableAsync(stop.Token);
await Console.Error.WriteLineAsync($"The table {table} is there, with a stream.");

using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
try
{
    while (await pace.WaitForNextTickAsync(stop.Token))
    {
        // A change that has begun is finished and counted.
        await Console.Out.WriteLineAsync(await orders.ChangeOneAsync());
        await Console.Out.FlushAsync(CancellationToken.None);
    }
}
catch (OperationCanceledException)
{
    // Told to stop.
}

return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
