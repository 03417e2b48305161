namespace StreamWorker.Simulation.Fixtures;

/// <summary>What a quiet group costs: fixture 50, with as many shards as a simulation bears.</summary>
public sealed class CostTests(ITestOutputHelper output)
{
    private const int Shards = 1050;
    private const int Workers = 20;
    private const int Minutes = 5;
    private const int CallsOfListing = 11;

    // A lease row has about 400 bytes and a worker's 150; a read unit is 4 KB, strongly consistent, and a write unit 1 KB.
    private const double LeaseBytes = 400;
    private const double WorkerBytes = 150;
    private const double BytesOfReadUnit = 4096;

    [Fact]
    public void F50_Quiet_group_of_20_workers_and_1050_shards_keeps_to_its_budgets() => Fixture.Run(
        async run =>
        {
            for (var i = 0; i < Workers; i++)
                run.Start($"w{i}");
            await run.AllHeldAsync(120);
            await run.BalancedAsync(120);
            // Until nothing can be expected to move.
            await run.PassAsync(120);

            var store = run.Rows.Calls.Count;
            var listings = Listings(run);
            await run.PassAsync(Minutes * 60);
            var calls = run.Rows.Calls.Skip(store).GroupBy(call => call.Operation).ToDictionary(group => group.Key, group => (double)group.Count() / Minutes);
            var units = calls.Sum(entry => entry.Value * UnitsOf(entry.Key));
            var heartbeats = Shards * 60 / (Fixture.LeaseDuration.TotalSeconds / 3);
            var describes = (Listings(run) - listings) / (Minutes * 60.0);
            output.WriteLine(
                $"{Shards} shards, {Workers} workers, LeaseDuration {Fixture.LeaseDuration.TotalSeconds} s, quiet: {units:F0} request units a minute ({string.Join(", ", calls.Select(entry => $"{entry.Key} {entry.Value:F0}"))}); "
                + $"a heartbeat for each lease takes {heartbeats:F0}. DescribeStream {describes:F2} a second.");
            Assert.InRange(units, 1, heartbeats / 10);
            // A tenth of the ten a second that the service allows; a listing of each worker may lie on the edge.
            Assert.InRange(describes, 0.1, 1 + (Workers * CallsOfListing / (Minutes * 60.0)));
            await run.EndAsync();
        },
        new SimulationSettings { Shards = Shards, Worker = options => options.MaximumPollInterval = TimeSpan.FromMinutes(1) },
        seeds: 1);

    private static double UnitsOf(LeaseStoreOperation operation) => operation switch
    {
        LeaseStoreOperation.ListLeases => Math.Ceiling(Shards * LeaseBytes / BytesOfReadUnit),
        LeaseStoreOperation.ListWorkers => Math.Ceiling(Workers * WorkerBytes / BytesOfReadUnit),
        _ => 1,
    };

    private static int Listings(Simulation run) => run.Workers.Sum(worker => worker.Listing.Count(StreamsOperation.DescribeStream));
}
