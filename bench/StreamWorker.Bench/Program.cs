using System.Globalization;
using StreamWorker.Bench.Backlog;
using StreamWorker.Bench.Event;
using StreamWorker.Bench.FanOut;
using StreamWorker.Bench.Filter;
using StreamWorker.Bench.HttpHandler;
using StreamWorker.Bench.Idle;
using StreamWorker.Bench.Lanes;

return args switch
{
    // A process of its own for the backlog's server, and one without AVX2 for the event.
    ["serve", var records] => await ServeAsync(records),
    ["event-portable", .. var rest] => await EventBench.RunPortableAsync(rest),
    ["backlog", .. var rest] => await BacklogBench.RunAsync(rest),
    ["event", .. var rest] => await EventBench.RunAsync(rest),
    ["idle"] => await IdleBench.RunAsync(),
    ["fanout"] => await FanOutBench.RunAsync(),
    ["lanes"] => await LanesBench.RunAsync(),
    ["http"] => await HttpHandlerBench.RunAsync(),
    ["filter"] => FilterBench.Run(),
    [] => new[] { await EventBench.RunAsync([]), FilterBench.Run(), await BacklogBench.RunAsync([]), await IdleBench.RunAsync(), await FanOutBench.RunAsync(), await LanesBench.RunAsync(), await HttpHandlerBench.RunAsync() }.Max(),
    _ => Misuse(args[0]),
};

static async Task<int> ServeAsync(string records)
{
    await CannedStream.ServeAsync(int.Parse(records, CultureInfo.InvariantCulture));
    return 0;
}

static int Misuse(string verb)
{
    Console.Error.WriteLine($"'{verb}' is not known. Usage: bench/run [event|filter|backlog|idle|fanout|lanes|http] [options]");
    return 2;
}
