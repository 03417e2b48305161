using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Batches;
using StreamWorker.Pipeline;

namespace StreamWorker.Core.Tests.Pipeline;

/// <summary>What holds for every stack of layers around a record, whatever each of them does.</summary>
public sealed class PipelineLaws
{
    private const int MaximumLayers = 6;

    /// <summary>What a layer does, and in which of the three ways it is added.</summary>
    private sealed record Layer(Act Act, Form Form, bool Yields);

    private enum Act
    {
        Pass,
        Answer,
        ThrowBefore,
        ThrowBehind,
        Translate,
        Forgive,
    }

    private enum Form
    {
        Function,
        Class,
        Made,
    }

    private static readonly Gen<Layer> s_layer = Gen.Select(Gen.Enum<Act>(), Gen.Enum<Form>(), Gen.Bool, (act, form, yields) => new Layer(act, form, yields));

    private static readonly Gen<(Layer[] Layers, bool HandlerFails)> s_stack = Gen.Select(s_layer.Array[0, MaximumLayers], Gen.Bool);

    [Fact]
    public async Task C1_C4_C6_C7_C8_layers_enter_in_order_leave_in_reverse_see_every_inner_error_and_the_outermost_decides() => await s_stack.SampleAsync(async stack =>
    {
        var (expected, error) = Predict(stack.Layers, stack.HandlerFails);

        var (log, result) = await RunAsync(stack.Layers, stack.HandlerFails);

        Assert.Equal(expected, log.Where(line => !line.StartsWith("made", StringComparison.Ordinal) && !line.StartsWith("disposed", StringComparison.Ordinal)));
        Assert.Equal(error, Describe(result.Error));
        Assert.Equal(error is null ? BatchOutcome.Succeeded : BatchOutcome.PartlyFailed, result.Outcome);
    });

    [Fact]
    public async Task C13_every_layer_that_was_made_is_disposed_of_once_in_reverse_order_when_all_layers_have_ended() => await s_stack.SampleAsync(async stack =>
    {
        var (log, _) = await RunAsync(stack.Layers, stack.HandlerFails);

        var made = log.Where(line => line.StartsWith("made ", StringComparison.Ordinal)).Select(line => line["made ".Length..]).ToList();
        var disposed = log.Where(line => line.StartsWith("disposed ", StringComparison.Ordinal)).Select(line => line["disposed ".Length..]).ToList();
        Assert.Equal(Reached(stack.Layers).Where(i => stack.Layers[i].Form is Form.Class).Select(i => $"{i}"), made);
        Assert.Equal(Enumerable.Reverse(made), disposed);
        Assert.True(log.TakeLast(disposed.Count).All(line => line.StartsWith("disposed ", StringComparison.Ordinal)));
    });

    /// <summary>Gives the layers that a record comes to, the outermost first.</summary>
    private static IEnumerable<int> Reached(Layer[] layers)
    {
        for (var i = 0; i < layers.Length; i++)
        {
            yield return i;
            if (layers[i].Act is Act.Answer or Act.ThrowBefore)
                yield break;
        }
    }

    /// <summary>Says from the inside out what each layer sees and passes on.</summary>
    private static (List<string> Log, string? Error) Predict(Layer[] layers, bool handlerFails)
    {
        var reached = Reached(layers).ToList();
        var log = reached.Select(i => $"in {i}").ToList();
        var innermost = reached.Count == 0 ? Act.Pass : layers[reached[^1]].Act;
        string? error = null;
        if (innermost is not (Act.Answer or Act.ThrowBefore))
        {
            log.Add("handler");
            error = handlerFails ? "handler" : null;
        }

        foreach (var i in Enumerable.Reverse(reached))
        {
            if (layers[i].Act is not (Act.Answer or Act.ThrowBefore))
                log.Add(error is null ? $"out {i}" : $"error {i}: {error}");
            error = layers[i].Act switch
            {
                Act.ThrowBefore => $"layer {i}",
                Act.ThrowBehind when error is null => $"layer {i}",
                Act.Translate when error is not null => $"layer {i} < {error}",
                Act.Answer or Act.Forgive => null,
                _ => error,
            };
        }

        return (log, error);
    }

    private static string? Describe(Exception? error) => error is null ? null : error.InnerException is null ? error.Message : $"{error.Message} < {Describe(error.InnerException)}";

    private static async Task<(List<string> Log, BatchResult Result)> RunAsync(Layer[] layers, bool handlerFails)
    {
        var log = new List<string>();
        var result = await Run.ConsumerAsync(
            consumer =>
            {
                consumer.Services.AddSingleton(log).AddSingleton(layers);
                for (var i = 0; i < layers.Length; i++)
                    Add(consumer, layers, i, log);
                consumer.Handle((_, _, _) =>
                {
                    log.Add("handler");
                    return handlerFails ? throw new IOException("handler") : default(ValueTask);
                });
            },
            started: log.Clear);
        return (log, result);
    }

    private static void Add(ConsumerBuilder consumer, Layer[] layers, int i, List<string> log)
    {
        if (layers[i].Form is Form.Function)
            consumer.Use((record, context, next, cancellationToken) => ActAsync(layers[i], i, log, record, context, next, cancellationToken));
        else if (layers[i].Form is Form.Made)
            consumer.Use(_ => new MadeLayer(layers[i], i, log));
        else
            AddClass(consumer, i);
    }

    private static ConsumerBuilder AddClass(ConsumerBuilder consumer, int i) => i switch
    {
        0 => consumer.Use<ClassLayer<N0>>(),
        1 => consumer.Use<ClassLayer<N1>>(),
        2 => consumer.Use<ClassLayer<N2>>(),
        3 => consumer.Use<ClassLayer<N3>>(),
        4 => consumer.Use<ClassLayer<N4>>(),
        _ => consumer.Use<ClassLayer<N5>>(),
    };

    private static async ValueTask ActAsync(Layer layer, int i, List<string> log, StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken)
    {
        log.Add($"in {i}");
        if (layer.Yields)
            await Task.Yield();
        if (layer.Act is Act.Answer)
            return;
        if (layer.Act is Act.ThrowBefore)
            throw new IOException($"layer {i}");
        try
        {
            await next(record, context, cancellationToken);
        }
        catch (IOException e)
        {
            log.Add($"error {i}: {Describe(e)}");
            if (layer.Act is Act.Translate)
                throw new IOException($"layer {i}", e);
            if (layer.Act is not Act.Forgive)
                throw;
            return;
        }

        log.Add($"out {i}");
        if (layer.Act is Act.ThrowBehind)
            throw new IOException($"layer {i}");
    }

    private sealed class MadeLayer(Layer layer, int i, List<string> log) : IRecordMiddleware
    {
        public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken) =>
            ActAsync(layer, i, log, record, context, next, cancellationToken);
    }

    private interface INumber
    {
        static abstract int Value { get; }
    }

    private sealed class N0 : INumber
    {
        public static int Value => 0;
    }

    private sealed class N1 : INumber
    {
        public static int Value => 1;
    }

    private sealed class N2 : INumber
    {
        public static int Value => 2;
    }

    private sealed class N3 : INumber
    {
        public static int Value => 3;
    }

    private sealed class N4 : INumber
    {
        public static int Value => 4;
    }

    private sealed class N5 : INumber
    {
        public static int Value => 5;
    }

    /// <summary>A layer with a type of its own, made in the record's scope.</summary>
    private sealed class ClassLayer<TNumber> : IRecordMiddleware, IAsyncDisposable
        where TNumber : INumber
    {
        private readonly Layer[] _layers;
        private readonly List<string> _log;

        public ClassLayer(Layer[] layers, List<string> log)
        {
            _layers = layers;
            _log = log;
            log.Add($"made {TNumber.Value}");
        }

        public ValueTask InvokeAsync(StreamRecord record, RecordContext context, RecordDelegate next, CancellationToken cancellationToken) =>
            ActAsync(_layers[TNumber.Value], TNumber.Value, _log, record, context, next, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            _log.Add($"disposed {TNumber.Value}");
        }
    }
}
