using CsCheck;
using StreamWorker.Batches;

namespace StreamWorker.Core.Tests.Pipeline;

/// <summary>What holds for every stack of layers around a batch, whatever each of them does.</summary>
public sealed class BatchPipelineLaws
{
    private enum Act
    {
        Pass,
        Answer,
        AnswerOfStranger,
        ThrowBefore,
        ThrowBehind,
        Forgive,
        Replace,
    }

    private static readonly Gen<(Act[] Layers, bool HandlerFails)> s_stack = Gen.Select(Gen.Enum<Act>().Array[1, 6], Gen.Bool);

    [Fact]
    public async Task C1_C4_C6_C7_layers_enter_in_order_leave_in_reverse_and_the_result_is_the_outermost_ones() => await s_stack.SampleAsync(async stack =>
    {
        var (expected, outcome) = Predict(stack.Layers, stack.HandlerFails);
        var log = new List<string>();

        var result = await Run.ConsumerAsync(
            consumer =>
            {
                for (var i = 0; i < stack.Layers.Length; i++)
                {
                    var (act, layer) = (stack.Layers[i], i);
                    consumer.UseBatch((records, context, next, cancellationToken) => ActAsync(act, layer, log, records, context, next, cancellationToken));
                }

                consumer.Handle((_, _, _) =>
                {
                    log.Add("handler");
                    return stack.HandlerFails ? throw new IOException("handler") : default(ValueTask);
                });
            });

        Assert.Equal(expected, log);
        Assert.Equal(outcome, Describe(result));
    });

    /// <summary>Says from the inside out what each layer is given, as a result or as an error, and passes on.</summary>
    private static (List<string> Log, string Outcome) Predict(Act[] layers, bool handlerFails)
    {
        var last = Array.FindIndex(layers, act => act is Act.Answer or Act.AnswerOfStranger or Act.ThrowBefore);
        var reached = last < 0 ? layers.Length : last + 1;
        var log = Enumerable.Range(0, reached).Select(i => $"in {i}").ToList();
        var passed = handlerFails ? "handler" : "Succeeded";
        if (last < 0)
            log.Add("handler");
        for (var i = reached - 1; i >= 0; i--)
        {
            if (i != last)
                log.Add($"out {i}: {passed}");
            passed = layers[i] switch
            {
                Act.Answer or Act.Replace when i == last || !passed.StartsWith('!') => $"answer {i}",
                Act.AnswerOfStranger => "stranger",
                Act.ThrowBefore => $"!layer {i}",
                Act.ThrowBehind when !passed.StartsWith('!') => $"!layer {i}",
                Act.Forgive when passed.StartsWith('!') => "Succeeded",
                _ => passed,
            };
        }

        return (log, passed == "stranger" ? "whole batch" : passed.TrimStart('!'));
    }

    private static string Describe(BatchResult result) => result switch
    {
        { Outcome: BatchOutcome.Succeeded } => "Succeeded",
        { Outcome: BatchOutcome.PartlyFailed, Failures: [{ ItemIdentifier: "77" }] } => "stranger",
        { Outcome: BatchOutcome.Failed, Error: not IOException } => "whole batch",
        _ => result.Error!.Message,
    };

    private static async ValueTask<BatchResult> ActAsync(
        Act act, int i, List<string> log, IReadOnlyList<StreamRecord> records, BatchContext context, BatchDelegate next, CancellationToken cancellationToken)
    {
        log.Add($"in {i}");
        var answer = BatchResult.PartlyFailed([BatchItemFailure.Of(records[0], new IOException($"answer {i}"))]);
        if (act is Act.Answer)
            return answer;
        if (act is Act.AnswerOfStranger)
            return BatchResult.PartlyFailed([new BatchItemFailure("77")]);
        if (act is Act.ThrowBefore)
            throw new IOException($"layer {i}");
        BatchResult result;
        try
        {
            result = await next(records, context, cancellationToken);
        }
        catch (IOException e)
        {
            log.Add($"out {i}: !{e.Message}");
            if (act is not Act.Forgive)
                throw;
            return BatchResult.Succeeded;
        }

        log.Add($"out {i}: {Describe(result)}");
        if (act is Act.ThrowBehind)
            throw new IOException($"layer {i}");
        return act is Act.Replace ? answer : result;
    }
}
