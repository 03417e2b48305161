using System.CommandLine;
using System.Globalization;
using StreamWorker.Consumer.Failures;

namespace StreamWorker.Worker.Commands.Redrive;

/// <summary><c>streamworker redrive deliver</c>.</summary>
internal static class RedriveDeliver
{
    private static readonly Argument<string[]> Ids = new("ID") { Description = "The batches, as list names them; by default all.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Url = new("--url") { Description = "An endpoint that gets the records instead of the consumer's handler." };
    private static readonly Option<bool> AllowStale = new("--allow-stale") { Description = "Delivers records, too, whose items have changed since." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Looks at everything, and delivers and deletes nothing." };

    public static Command New()
    {
        var command = new Command("deliver", "Delivers batches to the consumer's handler and deletes those that were handled. Progress is on standard error.") { Ids, Url, AllowStale, DryRun };
        RedriveRequest.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!TryReadUrl(parsed.GetValue(Url), out var url))
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"streamworker redrive: --url = '{parsed.GetValue(Url)}': must be an absolute http or https URL.");
                return CommandLine.Misuse;
            }

            return await RedriveVerb.RunAsync(parsed, RedriveRequest.Of(parsed, url), (session, token) => RunAsync(session, parsed, token), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(RedriveSession session, ParseResult parsed, CancellationToken cancellationToken)
    {
        var error = parsed.InvocationConfiguration.Error;
        var options = session.Options(parsed.GetValue(AllowStale), parsed.GetValue(DryRun));
        var handler = session.Handler();
        var (listed, others) = await session.ListAsync(cancellationToken);
        IReadOnlyList<ArchivedBatch> batches = [];
        try
        {
            batches = RedriveVerb.Choose(listed, parsed.GetValue(Ids) ?? []);
        }
        finally
        {
            foreach (var batch in listed.Except(batches))
                await session.Redrive.ReleaseAsync(batch);
        }

        if (others > 0)
            await error.WriteLineAsync($"{others} of other consumers are left alone");
        var results = new List<RedriveResult>();
        await foreach (var result in session.Redrive.DeliverAsync(batches, handler, options, cancellationToken))
        {
            results.Add(result);
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{results.Count} of {batches.Count}: {RedriveText.Line(result, options.IsDryRun)}"));
        }

        (handler as IDisposable)?.Dispose();
        await error.WriteLineAsync(RedriveText.Summary(results, options.IsDryRun));
        return results.Exists(result => result.IsFailure) ? 1 : 0;
    }

    private static bool TryReadUrl(string? text, out Uri? url)
    {
        url = null;
        return text is null || (Uri.TryCreate(text, UriKind.Absolute, out url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps));
    }
}
