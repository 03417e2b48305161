using System.CommandLine;
using Microsoft.Extensions.Options;
using StreamWorker.Consumer.Failures;
using StreamWorker.Diagnostics;

namespace StreamWorker.Worker.Commands.Redrive;

/// <summary><c>streamworker redrive</c>: what is in a failure destination, and delivering it once more.</summary>
internal static class RedriveVerb
{
    public static Command New() => new("redrive", "Lists, shows and delivers what was given up and lies in a failure destination.")
    {
        RedriveList.New(),
        RedriveShow.New(),
        RedriveDeliver.New(),
    };

    /// <summary>Runs a subverb in a session, and tells what goes wrong in one line.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, RedriveRequest request, Func<RedriveSession, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            using var session = RedriveSession.Open(request);
            return await run(session, cancellationToken);
        }
        catch (OptionsValidationException e)
        {
            foreach (var fault in e.Failures.Distinct())
                await error.WriteLineAsync($"streamworker redrive: {fault}");
        }
        catch (Exception e) when (e is RedriveException or StreamWorkerException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"streamworker redrive: {e.Message}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("streamworker redrive: stopped. What was not delivered stays where it is.");
        }

        return 1;
    }

    /// <summary>Takes the batches that are named, or all.</summary>
    /// <exception cref="RedriveException">A name is none of a batch.</exception>
    public static IReadOnlyList<ArchivedBatch> Choose(IReadOnlyList<ArchivedBatch> batches, IReadOnlyCollection<string> ids)
    {
        var unknown = ids.Where(id => batches.All(batch => batch.Id != id)).ToList();
        if (unknown.Count > 0)
            throw new RedriveException($"there is no batch '{unknown[0]}'; streamworker redrive list shows them.");
        return ids.Count == 0 ? batches : [.. batches.Where(batch => ids.Contains(batch.Id))];
    }
}
