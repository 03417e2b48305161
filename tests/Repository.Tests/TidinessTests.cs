using System.Text.RegularExpressions;

namespace StreamWorker.Repository.Tests;

/// <summary>What every file of the repository keeps to.</summary>
public sealed partial class TidinessTests
{
    private static readonly string Root = global::StreamWorker.Tests.Shared.Repository.Root;

    [Fact]
    public void Source_files_have_at_most_400_lines()
    {
        var long_ = SourceFiles("src").Where(file => File.ReadLines(file).Count() > 400).Select(Relative);
        Assert.Empty(long_);
    }

    [Fact]
    public void Tests_wait_for_events_and_never_sleep()
    {
        var sleeping = SourceFiles("tests").Where(file => !file.EndsWith("TidinessTests.cs", StringComparison.Ordinal)).Where(file => Sleep().IsMatch(File.ReadAllText(file))).Select(Relative);
        Assert.Empty(sleeping);
    }

    [Fact]
    public void Event_ids_of_logs_are_unique()
    {
        var ids = SourceFiles("src")
            .SelectMany(file => EventId().Matches(File.ReadAllText(file)).Select(match => (Id: match.Groups[1].Value, File: Relative(file))))
            .GroupBy(log => log.Id)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(log => log.File))}");
        Assert.Empty(ids);
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        var broken =
            from page in Pages()
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{Relative(page)}: {target}";
        Assert.Empty(broken);
    }

    /// <summary>A code block under the comment <c>snippet: path</c> is that file, so what the pages show is what the build compiles and the tests run.</summary>
    [Fact]
    public void Code_in_pages_is_what_the_named_files_hold()
    {
        var snippets = Pages().SelectMany(page => Snippet().Matches(File.ReadAllText(page)).Select(match => (page, match))).ToList();
        Assert.NotEmpty(snippets);
        foreach (var (page, snippet) in snippets)
        {
            var file = File.ReadAllText(Path.Combine(Root, snippet.Groups["path"].Value));
            Assert.True(file.Trim() == snippet.Groups["code"].Value.Trim(), $"{Relative(page)}: the code block differs from {snippet.Groups["path"].Value}.");
        }
    }

    [Fact]
    public void Tests_that_the_page_of_rules_names_exist()
    {
        var sources = SourceFiles("tests").Select(File.ReadAllText).ToList();
        var named = NamedTest().Matches(File.ReadAllText(Path.Combine(Root, "docs", "verification", "rules.md")));
        Assert.NotEmpty(named);
        var missing = named
            .Where(test => !sources.Exists(source => source.Contains($"class {test.Groups["class"].Value}", StringComparison.Ordinal) && source.Contains($" {test.Groups["test"].Value}(", StringComparison.Ordinal)))
            .Select(test => test.Value);
        Assert.Empty(missing);
    }

    [Fact]
    public void Commands_of_the_README_exist_and_can_be_run()
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var command in new[] { "quickstart", "test", ".ci/run", "tools/dynamodb-local/dynamodb-local" })
        {
            var mode = File.GetUnixFileMode(Path.Combine(Root, command));
            Assert.True(mode.HasFlag(UnixFileMode.UserExecute), $"{command} cannot be run.");
        }
    }

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories).Where(file => !Generated().IsMatch(file));

    private static IEnumerable<string> Pages() =>
        new[] { "docs", "samples", "deploy", "bench", "tools" }
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Where(page => !Generated().IsMatch(page))
            .Append(Path.Combine(Root, "README.md"));

    private static string Relative(string file) => Path.GetRelativePath(Root, file);

    // A delay on a clock of the test's own takes no time.
    [GeneratedRegex(@"Task\.Delay\((?![^;]*?,\s*[\w.!]*(?:[cC]lock|[tT]ime)\s*[,)])|Thread\.Sleep\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"<!-- snippet: (?<path>\S+) -->\s*```\w*\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"`(?<class>\w+)\.(?<test>[A-Z]\w+)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"[/\\](artifacts|obj|bin|node_modules)[/\\]")]
    private static partial Regex Generated();
}
