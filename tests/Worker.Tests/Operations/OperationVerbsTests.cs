using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Tests.Operations;

public sealed class OperationVerbsTests : IAsyncLifetime
{
    private readonly OperatedWorker _worker = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    // E13
    [Theory]
    [InlineData(new string[0], "leases are given back")]
    [InlineData(new[] { "--keep-leases" }, "leases are kept")]
    public async Task Pause_waits_until_the_worker_has_followed_and_resume_lets_it_go_on(string[] options, string kind)
    {
        await _worker.StartAsync();
        _worker.Put(1);
        await OperatedWorker.UntilAsync(() => _worker.Handled == 1);

        var paused = await _worker.RunAsync(["pause", "search", "--by", "anna", .. options]);

        Assert.Equal((0, $"Operation 1: search is paused, {kind}.\nEvery worker has followed.\n", ""), paused);
        Assert.Equal(ConsumerPhase.Paused, _worker.Status.Phase);
        Assert.Equal("anna", _worker.Status.Pause!.By);
        _worker.Put(2);
        Assert.Equal(1, _worker.Handled);

        Assert.Equal((0, "Operation 2: search goes on.\nEvery worker has followed.\n", ""), await _worker.RunAsync("resume", "search"));
        await OperatedWorker.UntilAsync(() => _worker.Handled == 2);
    }

    // C6
    [Fact]
    public async Task Reset_to_the_trim_horizon_delivers_everything_again()
    {
        await _worker.StartAsync();
        _worker.Put(1);
        _worker.Put(2);
        await OperatedWorker.UntilAsync(() => _worker.Handled == 2);

        var (code, output, error) = await _worker.RunAsync("reset", "search", "--to", "TRIM_HORIZON");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"Operation 1: search is reset to TRIM_HORIZON on {_worker.Table.StreamArn}:\n  {_worker.Table.Shards[0].Id}: ", output);
        Assert.EndsWith(" -> TRIM_HORIZON\nEvery worker has followed.\n", output);
        await OperatedWorker.UntilAsync(() => _worker.Handled == 4);
        await OperatedWorker.UntilAsync(() => _worker.Status.Operations is [{ State: OperationState.Done, DoneAt: not null }]);
    }

    [Fact]
    public async Task Reset_of_a_worker_that_is_stopped_is_carried_out_by_the_command()
    {
        await _worker.StartAsync();
        _worker.Put(1);
        _worker.Put(2);
        await OperatedWorker.UntilAsync(() => _worker.Handled == 2);
        await _worker.StopAsync();
        var second = _worker.Table.Records[1];

        var (code, output, _) = await _worker.RunAsync("reset", "search", "--shard", second.Shard.Value, "--to-sequence", second.SequenceNumber.ToString());

        Assert.Equal(0, code);
        Assert.EndsWith($" -> AT_SEQUENCE_NUMBER:{second.SequenceNumber}\nEvery worker has followed.\n", output);
        await _worker.StartAsync();
        await OperatedWorker.UntilAsync(() => _worker.Handled == 3);
    }

    [Fact]
    public async Task Dry_run_only_says_what_would_be()
    {
        await _worker.StartAsync();
        _worker.Put(1);
        await OperatedWorker.UntilAsync(() => _worker.Handled == 1);

        var (code, output, error) = await _worker.RunAsync("reset", "search", "--to", "latest", "--dry-run");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("search would be reset to LATEST on ", output);
        Assert.DoesNotContain("followed", output);
        Assert.Empty((await _worker.RunAsync("resume", "search")).Output);
    }

    [Theory]
    [InlineData("Exactly one of --to, --to-time, and --shard with --to-sequence must be given.")]
    [InlineData("Exactly one of --to, --to-time, and --shard with --to-sequence must be given.", "--to", "LATEST", "--to-time", "2026-01-31T12:00:00Z")]
    [InlineData("--to = 'YESTERDAY': must be TRIM_HORIZON or LATEST.", "--to", "YESTERDAY")]
    [InlineData("--to-time = '2026-01-31T12:00:00': must be a time with its zone, for example 2026-01-31T12:00:00Z.", "--to-time", "2026-01-31T12:00:00")]
    [InlineData("--shard and --to-sequence must be given together.", "--shard", "shardId-1")]
    [InlineData("--to-sequence = '12x': must be a sequence number, 1 to 40 digits.", "--shard", "shardId-1", "--to-sequence", "12x")]
    public async Task Reset_without_one_clear_position_is_misuse(string fault, params string[] options)
    {
        var (code, output, error) = await _worker.RunAsync(["reset", "search", .. options]);

        Assert.Equal((2, "", $"streamworker reset: {fault}\n"), (code, output, error));
    }

    [Theory]
    [InlineData("There is no consumer 'other'; configured here are search.", "pause", "other")]
    [InlineData("Consumer 'search' is not paused.", "resume", "search")]
    [InlineData("Consumer 'search' has no position yet: it begins at its StartingPosition when it runs for the first time.", "reset", "search", "--to", "LATEST")]
    public async Task What_cannot_be_done_is_said_and_ends_with_1(string fault, params string[] arguments) =>
        Assert.Equal((1, "", $"streamworker {arguments[0]}: {fault}\n"), await _worker.RunAsync(arguments));

    [Fact]
    public async Task Fault_of_the_configuration_is_said_and_ends_with_1()
    {
        var (code, _, error) = await _worker.RunAsync("pause", "search", "--StreamWorker:LeaseDuration=1");

        Assert.Equal(1, code);
        Assert.StartsWith("streamworker pause: StreamWorker:LeaseDuration = '1': must be a duration", error);
    }
}
