using System.CommandLine;
using StreamWorker.Consumer.Delivery.Filters;

namespace StreamWorker.Worker.Commands;

/// <summary>The verb <c>filter</c>: tries filter patterns on sample records, and says what is likely to be a mistake in them.</summary>
internal static class FilterCommand
{
    private const int Failed = 1;

    /// <summary>Makes the verb.</summary>
    /// <param name="input">Opens what is read when no file is named; gives null when nobody pipes anything in.</param>
    public static Command New(Func<Stream?> input)
    {
        var patterns = new Option<string[]>("--pattern", "-p") { Description = "A pattern. Given several times, a record has to match one of them." };
        var patternFiles = new Option<string[]>("--pattern-file") { Description = "A file that holds a pattern, or Lambda's FilterCriteria: {\"Filters\":[{\"Pattern\":\"…\"}]}." };
        var stream = new Option<string?>("--stream") { Description = "The ARN of the stream that records come from which do not say so themselves." };
        var output = new Option<string>("--output") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var files = new Argument<string[]>("records")
        {
            Description = "Files of records: Lambda events, GetRecords answers, single records, or lines of them. Without any, or for '-', standard input.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("filter", "Tries filter patterns on sample records: which match, why others do not, and what in the patterns is likely to be a mistake.")
        {
            patterns, patternFiles, stream, output, files,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(patterns) is null && result.GetResult(patternFiles) is null)
                result.AddError("a pattern is needed: --pattern '{\"eventName\":[\"INSERT\"]}' or --pattern-file FILE.");
            if (result.GetValue(stream) is { } arn && !StreamArn.TryParse(arn, out _))
                result.AddError($"--stream {arn}: must be arn:PARTITION:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var configuration = parsed.InvocationConfiguration;
            var source = StreamArn.TryParse(parsed.GetValue(stream), out var arn) ? arn : default;
            Func<IReadOnlyList<FilterPattern>, IReadOnlyList<SampleRecord>, Task> report =
                parsed.GetValue(output) == "json" ? new FilterJsonReport(configuration.Output).WriteAsync : new FilterTextReport(configuration.Output).WriteAsync;
            return RunAsync(parsed.GetValue(patterns) ?? [], parsed.GetValue(patternFiles) ?? [], parsed.GetValue(files) ?? [], source, input, report, configuration.Error, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string[] texts, string[] patternFiles, string[] files, StreamArn stream, Func<Stream?> input,
        Func<IReadOnlyList<FilterPattern>, IReadOnlyList<SampleRecord>, Task> report, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var patterns = new List<FilterPattern>();
            foreach (var text in texts)
                patterns.Add(Parse("--pattern", text));
            foreach (var file in patternFiles)
                patterns.AddRange(PatternFile.PatternsIn(await File.ReadAllTextAsync(file, cancellationToken)).Select(text => Parse(file, text)));
            var samples = await ReadAsync(files, stream, input, cancellationToken);
            await report(patterns, samples);
            return 0;
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"streamworker filter: {e.Message}");
            return Failed;
        }
    }

    private static FilterPattern Parse(string source, string text)
    {
        try
        {
            return FilterPattern.Parse(text);
        }
        catch (FilterPatternException e)
        {
            throw new InputException($"{source} = '{text}': is no filter pattern: {e.Message}", e);
        }
    }

    private static async Task<List<SampleRecord>> ReadAsync(string[] files, StreamArn stream, Func<Stream?> input, CancellationToken cancellationToken)
    {
        const string StandardInput = "-";
        var samples = new List<SampleRecord>();
        foreach (var file in files.Length == 0 ? [StandardInput] : files)
        {
            await using var content = file == StandardInput ? input() : File.OpenRead(file);
            if (content is null)
                continue;
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken);
            samples.AddRange(SampleRecord.Read(file, bytes.ToArray(), stream));
        }

        return samples;
    }
}
