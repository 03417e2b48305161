using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using StreamWorker.Batches;
using StreamWorker.Lambda.Invocations;
using StreamWorker.Lambda.Logging;
using StreamWorker.Lambda.RuntimeApi;

namespace StreamWorker.Lambda;

/// <summary>Joins consumer, Runtime API and invocation loops: init, as many loops as Lambda asks for, an orderly end.</summary>
internal sealed class LambdaFunction(
    Action<ConsumerBuilder> configure,
    Action<LambdaStreamOptions> configureOptions,
    Func<string, string?> variable,
    Stream output,
    TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = new RuntimeApiClient(LambdaEnvironment.RuntimeApi(variable));
        await using var services = await InitialiseAsync(client, cancellationToken);

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        await Task.WhenAll(services.GetServices<InvocationLoop>().Select(RunLoopAsync));

        // One loop that cannot go on ends the process; the others answer what they have first.
        async Task RunLoopAsync(InvocationLoop loop)
        {
            try
            {
                await loop.RunAsync(stopping.Token);
            }
            catch
            {
                await stopping.CancelAsync();
                throw;
            }
        }

        // Whoever asks twice does not want to wait for an answer.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }
    }

    private async Task<ServiceProvider> InitialiseAsync(RuntimeApiClient client, CancellationToken cancellationToken)
    {
        try
        {
            return Build(client);
        }
        catch (Exception e)
        {
            await client.ReportInitErrorAsync(e, cancellationToken);
            throw;
        }
    }

    private ServiceProvider Build(RuntimeApiClient client)
    {
        var environment = LambdaEnvironment.Read(variable);
        var options = new LambdaStreamOptions { ConsumerName = environment.FunctionName ?? "lambda" };
        configureOptions(options);
        options.Validate();

        var services = new ServiceCollection();
        services.TryAddSingleton(time);
        services.AddLogging(logging => logging
            .SetMinimumLevel(environment.MinimumLevel)
            .AddProvider(new LambdaLoggerProvider(output, environment.JsonLogs, time)));
        configure(new ConsumerBuilder(options.ConsumerName, services));

        for (var i = 0; i < (environment.MaxConcurrency ?? 1); i++)
            services.AddSingleton(provider => Loop(provider, client, options, environment.MaxConcurrency is not null));

        var built = services.BuildServiceProvider(validateScopes: true);
        try
        {
            // A handler that cannot be made is a fault of the start, not of the first batch.
            _ = built.GetServices<InvocationLoop>().Count();
            return built;
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    private InvocationLoop Loop(IServiceProvider provider, RuntimeApiClient client, LambdaStreamOptions options, bool isConcurrent)
    {
        var loggers = provider.GetRequiredService<ILoggerFactory>();
        var processor = provider.GetRequiredKeyedService<IBatchProcessor>(options.ConsumerName);
        return new InvocationLoop(
            client,
            new EventProcessor(processor, options, time, loggers.CreateLogger<EventProcessor>()),
            options,
            isConcurrent,
            time,
            loggers.CreateLogger<InvocationLoop>());
    }
}
