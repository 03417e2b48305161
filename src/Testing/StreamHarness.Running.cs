using StreamWorker.Testing.Running;

namespace StreamWorker.Testing;

/// <content>What runs the worker.</content>
public sealed partial class StreamHarness
{
    private Task _driving = Task.CompletedTask;
    private bool _isStarted;
    private bool _wasCancelled;
    private int _isBusy;

    /// <summary>Starts the worker, unless it runs, and waits until it knows its shards. Only a consumer that is to see nothing but new records needs that; other methods start the worker by themselves.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the worker is ready.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended; the message tells what was going on.</exception>
    /// <exception cref="StreamHarnessException">The worker does not get ready.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => RunAsync(
        nameof(StartAsync),
        (watch, worker) =>
        {
            watch.ThrowIfEnded();
            if (worker.Host.GetReadiness().All(finding => finding.IsHealthy))
                return true;
            watch.ThrowIfStuck(quiet => HarnessText.NotReady(quiet, worker));
            return false;
        },
        cancellationToken);

    /// <summary>Runs the worker until every record that was written is finished and its position is stored. Starts a worker where none runs, or none any more: after <see cref="KillWorker"/> the next one goes on.</summary>
    /// <param name="cancellationToken">Ends the wait, for a handler that never ends.</param>
    /// <returns>A task that completes when everything is handled.</returns>
    /// <exception cref="StreamHarnessException">
    /// A record failed <see cref="StreamHarnessOptions.MaximumAttempts"/> times, and everything that it does not hold up is finished; or nothing has happened for <see cref="StreamHarnessOptions.Patience"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The wait was ended; the message names the records that are with their handlers.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        var watch = await RunAsync(nameof(DrainAsync), static (watch, _) => watch.IsOver(), cancellationToken);
        var failed = watch.State.HeldUp.Select(shard => _world.Log.Progress(shard.Shard)).Where(progress => progress.Failures >= _world.Options.MaximumAttempts).Select(progress => progress.Failing!).ToList();
        if (failed.Count == 0)
            return;
        var waiting = watch.State.HeldUp.Sum(CountWaiting) - failed.Count;
        throw new StreamHarnessException(HarnessText.Failed(failed, waiting), failed, failed[0].LastError);
    }

    /// <summary>Runs the worker until nothing changes by itself any more: like <see cref="DrainAsync"/>, but a record that fails at every attempt is listed in <see cref="Failed"/> and raises nothing.</summary>
    /// <param name="cancellationToken">Ends the wait, for a handler that never ends.</param>
    /// <returns>A task that completes when everything is handled or held up.</returns>
    /// <exception cref="StreamHarnessException">Nothing has happened for <see cref="StreamHarnessOptions.Patience"/>.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended; the message names the records that are with their handlers.</exception>
    public Task SettleAsync(CancellationToken cancellationToken = default) => RunAsync(nameof(SettleAsync), static (watch, _) => watch.IsOver(), cancellationToken);

    /// <summary>Runs the worker for a span of the harness's time, whatever handlers wait for: their time-outs are reached.</summary>
    /// <param name="span">How much time passes.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A task that completes when the time has passed and nothing is left to do at once.</returns>
    /// <exception cref="OperationCanceledException">It was ended; the message names the records that are with their handlers.</exception>
    public Task AdvanceAsync(TimeSpan span, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        return DriveAsync(
            nameof(AdvanceAsync),
            null,
            stop =>
            {
                EnsureWorker();
                _world.Loop.RunFor(span, stop);
                return _worker.Ended.IsFaulted ? _worker.Ended : Task.CompletedTask;
            },
            cancellationToken);
    }

    /// <summary>Stops the worker in order, as SIGTERM does: what is with a handler is finished or, after the worker's <c>DrainTimeout</c>, cancelled; positions are stored and leases given back.</summary>
    /// <param name="cancellationToken">Ends the wait, for a handler that never ends.</param>
    /// <returns>A task that completes when the worker has ended. The next call that needs a worker starts a new one.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended; the message names the records that are with their handlers.</exception>
    public async Task StopWorkerAsync(CancellationToken cancellationToken = default)
    {
        if (!IsRunning)
            return;
        var worker = _worker;
        worker.AskToStop();
        await DriveAsync(nameof(StopWorkerAsync), null, stop => _world.Loop.RunUntilAsync(() => worker.Ended.IsCompleted, stop), cancellationToken);
        await worker.Ended;
    }

    /// <summary>Takes the worker away as SIGKILL does: its handlers go no further than to their next await, nothing is stored, and its leases are free when others have found it silent.</summary>
    /// <remarks>It may be called from within a handler or a hook. What a handler does outside of the harness (threads of its own, awaits with <c>ConfigureAwait(false)</c>) goes on. A call that waits for something starts a new one, as does the next call that needs a worker.</remarks>
    public void KillWorker()
    {
        _worker.Kill();
        Table.ForgetReaders();
    }

    /// <summary>Takes the worker's leases away, as if another worker had found it silent, taken its shards and given them back. It finds out at its next heartbeat or checkpoint; what it was handling is cancelled then.</summary>
    /// <remarks>It may be called from within a handler or a hook.</remarks>
    public void LoseLeases() => Leases.TakeAway();

    /// <summary>Gets how often something came to the worker from outside of the harness.</summary>
    internal int ForeignPosts => _world.Pump.ForeignPosts;

    private bool IsRunning => _isStarted && !_worker.IsKilled && !_worker.Ended.IsCompleted;

    private int CountWaiting(ShardBacklog shard)
    {
        var finished = _world.Log.Progress(shard.Shard).Finished;
        return Table.Records.Count(record => record.Shard == shard.Shard && (finished is not { } last || record.SequenceNumber > last));
    }

    private async Task<DrainWatch> RunAsync(string what, Func<DrainWatch, HarnessWorker, bool> isOver, CancellationToken cancellationToken)
    {
        DrainWatch? watch = null;
        await DriveAsync(
            what,
            () => watch,
            async stop =>
            {
                HarnessWorker worker;
                do
                {
                    var started = worker = EnsureWorker();
                    var following = watch = new DrainWatch(_world, started, Table, LeaseOf, _patience);
                    _world.Log.ForgetFailures();
                    await _world.Loop.RunUntilAsync(() => started.IsKilled || isOver(following, started), stop);
                }
                while (worker.IsKilled);
            },
            cancellationToken);
        return watch!;
    }

    private HarnessWorker EnsureWorker()
    {
        if (IsRunning)
            return _worker;
        if (_isStarted)
            _worker = new HarnessWorker(_world, _registrations);
        _isStarted = true;
        Table.ForgetReaders();
        _worker.Start();
        return _worker;
    }

    /// <summary>Lets the world go on, on threads of the pool, until a drive has ended or the caller has had enough. A handler that does not give its thread back is left behind.</summary>
    private async Task DriveAsync(string what, Func<DrainWatch?>? watch, Func<CancellationToken, Task> drive, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            throw new InvalidOperationException($"{what}: the harness is running already. Await one call before the next one, and make none from within a handler.");
        var before = _driving;
        try
        {
            _driving = Task.Run(
                async () =>
                {
                    await before.ContinueWith(static _ => { }, TaskScheduler.Default);
                    await drive(cancellationToken);
                },
                CancellationToken.None);
            await _driving.WaitAsync(cancellationToken);
            _wasCancelled = false;
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            _wasCancelled = true;
            throw new OperationCanceledException(HarnessText.Cancelled(_world, watch?.Invoke(), what), e, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }
}
