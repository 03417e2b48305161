using System.CommandLine;
using System.Globalization;
using StreamWorker.Worker.Configuration;
using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Commands;

/// <summary>The verb <c>import</c>: reads event source mappings and writes the worker's configuration.</summary>
internal sealed class ImportCommand
{
    private const int Refused = 1;

    private readonly Argument<string> _source = new("SOURCE")
    {
        Description = "A CloudFormation or SAM template (YAML or JSON), or what 'aws lambda get-event-source-mapping' or 'list-event-source-mappings' prints; - is standard input.",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "json: appsettings.json. env: KEY=VALUE lines. helm: values for the chart.",
        DefaultValueFactory = static _ => "json",
    };

    private readonly Option<string?> _file = new("--file") { Description = "The file to write; standard output without it.", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Overwrite the file." };
    private readonly Option<string?> _url = new("--url") { Description = "Where the functions' code answers; a placeholder without it.", HelpName = "URL" };
    private readonly Option<bool> _byTable = new("--by-table") { Description = "Name tables where the source names a stream's ARN: the worker then follows a stream that is enabled again." };
    private readonly Option<string[]> _parameter = new("--parameter") { Description = "A value for a parameter of the template, or for AWS::Region and the like; may be repeated.", HelpName = "NAME=VALUE" };
    private readonly Option<bool> _all = new("--all") { Description = "Write settings that say the default, too." };
    private readonly Option<bool> _strict = new("--strict") { Description = "Write nothing, and end with 1, when anything has no counterpart." };

    private ImportCommand()
    {
        _output.AcceptOnlyFromAmong("json", "env", "helm");
        _parameter.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
                result.AddError($"--parameter '{wrong.Value}' must be NAME=VALUE.");
        });
        _url.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var url }] && !HandlerSettings.IsUrl(url))
                result.AddError($"--url '{url}' must be an absolute http or https URL without user name and fragment.");
        });
    }

    public static Command New()
    {
        var import = new ImportCommand();
        var command = new Command("import", "Turns Lambda's event source mappings of DynamoDB streams into configuration. What has no counterpart is named on standard error.")
        {
            import._source, import._output, import._file, import._force, import._url, import._byTable, import._parameter, import._all, import._strict,
        };
        command.SetAction(import.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var source = parsed.GetValue(_source)!;
        var name = source == "-" ? "standard input" : source;
        try
        {
            var result = Importer.Import(await ReadAsync(source, cancellationToken), Options(parsed));
            foreach (var finding in result.Findings)
                await error.WriteLineAsync(Line(name, finding));
            if (Refusal(result, parsed.GetValue(_strict)) is { } refusal)
            {
                await error.WriteLineAsync($"streamworker import: {name}: {refusal}");
                return Refused;
            }

            var text = ImportOutput.Write(result.Consumers, Enum.Parse<OutputFormat>(parsed.GetValue(_output)!, ignoreCase: true));
            if (parsed.GetValue(_file) is { } file)
                await WriteAsync(file, text, parsed.GetValue(_force), cancellationToken);
            else
                await output.WriteAsync(text);
            return 0;
        }
        catch (TemplateFormatException e)
        {
            await error.WriteLineAsync($"streamworker import: {Place(name, e.At)}: {e.Message}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"streamworker import: {e.Message}");
        }

        return Refused;
    }

    private static string? Refusal(ImportResult result, bool isStrict)
    {
        if (result.IsFaulty)
            return "nothing is written, because Lambda itself would refuse what is called a fault above.";
        if (result.Consumers.Count == 0)
            return "nothing is written, because it has no mapping of a DynamoDB stream.";
        return isStrict && !result.IsComplete ? "nothing is written, because not everything has a counterpart (--strict)." : null;
    }

    private static string Line(string name, Finding finding)
    {
        var kind = finding.Severity switch
        {
            Severity.Fault => "fault",
            Severity.NoCounterpart => "no counterpart",
            _ => "note",
        };
        return $"{Place(name, finding.At)}: {kind}: {(finding.Subject.Length == 0 ? "" : $"{finding.Subject}: ")}{finding.Words}.";
    }

    private static string Place(string name, Position? at) =>
        at is { Line: > 0 } place ? string.Create(CultureInfo.InvariantCulture, $"{name}:{place.Line}:{place.Column}") : name;

    private static async Task<string> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (source != "-")
            return await File.ReadAllTextAsync(source, cancellationToken);
        using var reader = new StreamReader(Console.OpenStandardInput());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static async Task WriteAsync(string file, string text, bool overwrites, CancellationToken cancellationToken)
    {
        if (!overwrites && Path.Exists(file))
            throw new IOException($"'{file}' exists; --force overwrites it.");
        // Opened so that a file made in the meantime is not overwritten either.
        await using var stream = new FileStream(file, overwrites ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
        await using var writer = new StreamWriter(stream);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    private ImportOptions Options(ParseResult parsed)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in parsed.GetValue(_parameter) ?? [])
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            parameters[parameter[..equals]] = parameter[(equals + 1)..];
        }

        return new ImportOptions { Parameters = parameters, ByTable = parsed.GetValue(_byTable), All = parsed.GetValue(_all), Url = parsed.GetValue(_url) };
    }
}
