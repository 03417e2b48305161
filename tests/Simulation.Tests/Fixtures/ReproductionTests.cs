namespace StreamWorker.Simulation.Fixtures;

/// <summary>A seed is worth something only if it repeats a run exactly.</summary>
public sealed class ReproductionTests
{
    [Fact]
    public void Same_seed_gives_the_same_history_and_another_seed_another_one()
    {
        var first = Enumerable.Range(1, 20).Select(seed => Simulation.Run((ulong)seed, StoryAsync)).ToList();
        var second = Enumerable.Range(1, 20).Select(seed => Simulation.Run((ulong)seed, StoryAsync)).ToList();
        Assert.Equal(first, second);
        Assert.Equal(20, first.Distinct().Count());
    }

    [Fact]
    public void Code_that_shows_up_on_another_thread_fails_the_run()
    {
        var failure = Assert.Throws<SimulationFailedException>(() => Simulation.Run(1, async run =>
        {
            run.Start("a", new WorkerSetup { Streams = static streams => new Straying(streams) });
            run.Table.Write(1);
            await run.EndAsync();
        }));
        Assert.Contains("escaped", failure.Message, StringComparison.Ordinal);
    }

    private static async Task StoryAsync(Simulation run)
    {
        var a = run.Start("a");
        run.Start("b");
        run.Handler.Takes = _ => TimeSpan.FromMilliseconds(run.Dice.Below(20));
        await run.WriteSteadilyAsync(3);
        run.Table.Split(run.Table.OpenShards[0]);
        a.Kill();
        await run.WriteSteadilyAsync(3);
        await run.EndAsync();
    }

    /// <summary>Goes on with a call on another thread, as a library might.</summary>
    private sealed class Straying(IStreamsClient streams) : DelegatingStreams(streams, (ITableDirectory)streams)
    {
        public override ValueTask<RecordPage> GetRecordsAsync(StreamArn stream, string shardIterator, int? limit, CancellationToken cancellationToken)
        {
            var call = new ValueTask<RecordPage>();
            var thread = new Thread(() => call = base.GetRecordsAsync(stream, shardIterator, limit, cancellationToken));
            thread.Start();
            thread.Join();
            return call;
        }
    }
}
