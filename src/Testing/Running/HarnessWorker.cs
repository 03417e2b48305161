using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer;
using StreamWorker.Consumer.Failures;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Consumer.Leases;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing.Running;

/// <summary>
/// One life of the worker's process: its services, its loops, and all that ties it to the world. Killed, it stops where it stands: no continuation runs, no timer
/// fires, and no call of it is ever answered.
/// </summary>
internal sealed class HarnessWorker
{
    private readonly HarnessWorld _world;
    private readonly PumpContext _context;
    private readonly ClockView _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isKilled;
    private bool _isStarted;

    /// <summary>Makes the worker's services and checks its settings and handlers, as a host does at start.</summary>
    public HarnessWorker(HarnessWorld world, IServiceCollection registrations)
    {
        _world = world;
        _context = new PumpContext(world.Pump);
        _clock = new ClockView(world.Clock);
        IServiceCollection services = new ServiceCollection();
        foreach (var registration in registrations)
            services.Add(registration);
        services.AddSingleton(this);
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton(world.Entropy);
        services.AddSingleton<IHostApplicationLifetime>(new HarnessLifetime());
        services.AddSingleton<IStreamsClient>(new WorkerStreams(world.Streams, this));
        services.AddSingleton<ITableDirectory>(new WorkerStreams(world.Streams, this));
        services.AddSingleton<ILeaseStore>(new WorkerLeases(world.Leases, this));
        services.AddSingleton<IFailureDestinationFactory>(new HarnessDestinations(world.FailureDestination));
        Services = services.BuildServiceProvider(validateScopes: true);
        Services.GetService<IStartupValidator>()?.Validate();
        Host = Services.GetRequiredService<StreamWorkerHost>();
    }

    public ServiceProvider Services { get; }

    public StreamWorkerHost Host { get; }

    public bool IsKilled => _isKilled;

    /// <summary>Gets what completes with the end of the worker, and carries the error that ended it. A worker that is killed never ends.</summary>
    public Task Ended => _ended.Task;

    public void Start()
    {
        _isStarted = true;
        _context.Post(_ => _ = RunAsync(), null);
    }

    public void AskToStop() => _context.Post(_ => _stop.CancelNow(), null);

    /// <summary>Ends the worker and disposes of its services. A killed process disposes of nothing.</summary>
    public Task EndAsync()
    {
        if (_isKilled)
            return Task.CompletedTask;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _context.Post(_ => _ = DisposeAsync(ended), null);
        return ended.Task;
    }

    public void Kill()
    {
        _isKilled = true;
        _context.Close();
        _clock.Stop();
        _world.Calls.Forget(this);
    }

    /// <summary>Calls code of the test's author, or a port that may do so.</summary>
    public async ValueTask<T> CallAsync<T>(Func<ValueTask<T>> call)
    {
        await LivingAsync();
        var result = await _world.Calls.RunAsync(this, call);
        if (_isKilled)
            (result as IDisposable)?.Dispose();
        await LivingAsync();
        return result;
    }

    /// <summary>Goes on at once, or never where the worker was killed: a killed process does not find out.</summary>
    public ValueTask LivingAsync() => _isKilled ? new ValueTask(new TaskCompletionSource().Task) : ValueTask.CompletedTask;

    private async Task DisposeAsync(TaskCompletionSource ended)
    {
        try
        {
            _stop.CancelNow();
            if (_isStarted)
                await Task.WhenAny(Ended);
            await Services.DisposeAsync();
            ended.SetResult();
        }
        catch (Exception e)
        {
            ended.SetException(e);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await Host.RunAsync(_stop.Token);
            _ended.SetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }
}
