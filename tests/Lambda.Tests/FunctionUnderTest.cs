using StreamWorker.Batches;

namespace StreamWorker.Lambda.Tests;

/// <summary>A function that runs in this process against the fake Runtime API.</summary>
internal sealed class FunctionUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private FunctionUnderTest(FakeRuntimeApi api)
    {
        Api = api;
        Completion = Task.CompletedTask;
    }

    public FakeRuntimeApi Api { get; }

    /// <summary>Gets the function's end.</summary>
    public Task Completion { get; private set; }

    /// <summary>Gets what was logged so far.</summary>
    public CapturedOutput Output { get; } = new();

    public static async Task<FunctionUnderTest> StartAsync(
        Action<ConsumerBuilder> configure,
        Action<LambdaStreamOptions>? options = null,
        TimeProvider? time = null,
        params (string Name, string Value)[] environment)
    {
        var function = new FunctionUnderTest(await FakeRuntimeApi.StartAsync());
        var variables = environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        variables.TryAdd("AWS_LAMBDA_RUNTIME_API", function.Api.Address);
        var lambda = new LambdaFunction(configure, options ?? (_ => { }), variables.GetValueOrDefault, function.Output, time ?? TimeProvider.System);
        function.Completion = lambda.RunAsync(function._stop.Token);
        return function;
    }

    /// <summary>Handles each record with a function of its text key.</summary>
    public static Task<FunctionUnderTest> StartAsync(Action<string> handler, Action<LambdaStreamOptions>? options = null) => StartAsync(
        consumer => consumer.Handle((record, _, _) =>
        {
            handler(record.Keys["pk"].AsString());
            return ValueTask.CompletedTask;
        }),
        options);

    /// <summary>Asks the function to end, as SIGTERM does, and waits for it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Completion.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
            await _stop.CancelAsync();
        await Task.WhenAny(Completion).WaitAsync(TimeSpan.FromSeconds(20));
        await Api.DisposeAsync();
        _stop.Dispose();
    }
}
