using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker.Simulation;

/// <summary>A person with the command line, in a process of its own: the production code of the operations, with ways to the services that may fail.</summary>
internal sealed class SimulatedOperator
{
    private readonly IConsumerOperations _operations;
    private readonly Simulation _simulation;
    private readonly string _name;

    public SimulatedOperator(Simulation simulation, string name)
    {
        _simulation = simulation;
        _name = name;
        var scheduler = simulation.Scheduler;
        Process = scheduler.NewProcess(name);
        var clock = new SimulatedClock(scheduler, Process);
        Table = new Link(scheduler, Process, simulation.World, simulation.NewDice(), ServiceErrors.LeaseTable);
        Stream = new Link(scheduler, Process, simulation.World, simulation.NewDice(), ServiceErrors.Streams);
        var dice = simulation.NewDice();
        var streams = new RemoteStreams(new UncheckedStreams(simulation.NewStreamsView()), Stream);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(new Entropy(new Random(dice.Below(int.MaxValue)), () => $"{dice.Bits():x16}"));
        services.AddSingleton<ILoggerFactory>(new SimulatedLogger(scheduler, name, []));
        services.AddSingleton<IStreamsClient>(streams);
        services.AddSingleton<ITableDirectory>(streams);
        services.AddSingleton<ILeaseStore>(new RemoteLeaseStore(simulation.LeaseTable, Table));
        services.AddStreamWorkerConsumers(worker => worker.AddConsumer(Simulation.Consumer, consumer => consumer
            .FromTable(SimulatedTable.Name)
            .Configure(options => simulation.Settings.Consumer?.Invoke(options))
            .Handle((_, _, _) => ValueTask.CompletedTask)));
        services.Configure<StreamWorkerOptions>(options =>
        {
            options.Application = Simulation.Application;
            options.WorkerId = name;
            simulation.Settings.Worker?.Invoke(options);
        });
        _operations = services.BuildServiceProvider().GetRequiredService<IConsumerOperations>();
    }

    public SimulatedProcess Process { get; }

    /// <summary>Gets the way to the lease table.</summary>
    public Link Table { get; }

    /// <summary>Gets the way to the streams.</summary>
    public Link Stream { get; }

    public Task PauseAsync(bool keepLeases) => DoAsync("pauses", async operations => await operations.PauseAsync(Simulation.Consumer, keepLeases, _name));

    public Task ResumeAsync() => DoAsync("resumes", async operations => await operations.ResumeAsync(Simulation.Consumer, _name));

    public Task<IReadOnlyList<StreamReset>> ResetAsync(ResetPosition position, bool isDryRun = false) =>
        DoAsync($"resets to {position}", async operations => await operations.ResetAsync(Simulation.Consumer, new ResetRequest(position, _name) { IsDryRun = isDryRun }));

    /// <summary>Waits until the group has followed.</summary>
    public Task<ConsumerOperationsStatus> WaitAsync(double withinSeconds = 60) =>
        DoAsync("waits", async operations => await operations.WaitAsync(Simulation.Consumer, TimeSpan.FromSeconds(withinSeconds)));

    public Task<ConsumerOperationsStatus> LookAsync() => DoAsync("looks", async operations => await operations.GetOperationsAsync(Simulation.Consumer));

    /// <summary>Takes the process away in the middle of whatever it does.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Does something in the operator's process, and goes on in the script's.</summary>
    public Task<T> DoAsync<T>(string what, Func<IConsumerOperations, Task<T>> act)
    {
        var done = new TaskCompletionSource<T>();
        _simulation.Scheduler.History.Write(_simulation.Scheduler.Now, _name, $"{what}");
        Process.Do(() => _ = RunAsync());
        return done.Task;

        async Task RunAsync()
        {
            try
            {
                var result = await act(_operations);
                _simulation.ScriptProcess.Do(() => done.TrySetResult(result));
            }
            catch (Exception e)
            {
                _simulation.ScriptProcess.Do(() => done.TrySetException(e));
            }
        }
    }

    // What an operator looks at is no delivery, and no reading of a child before its parent.
    private sealed class UncheckedStreams(InMemoryStreams service) : DelegatingStreams(service, service);
}
