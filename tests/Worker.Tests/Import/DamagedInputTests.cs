using CsCheck;
using StreamWorker.Worker.Import;

namespace StreamWorker.Worker.Tests.Import;

public sealed class DamagedInputTests
{
    private static readonly string[] Sound =
    [
        Fixtures.CloudFormationYaml, Fixtures.CloudFormationJson, Fixtures.Sam, Fixtures.Cdk, Fixtures.GetMapping, Fixtures.ListMappings,
    ];

    private static readonly string[] Parts =
    [
        "", " ", "\n", "\t", "\0", "\uFEFF", "{", "}", "[", "]", ":", ": ", "- ", "\"", "'", "&a ", "*a", "!", "!Ref ", "!Sub ", "!GetAtt ", "!If ", "!<", "<<: ", "|", ">", "#", "%", "@", "`", ",", "null", "~", "0",
        "-1", "\"Ref\"", "\"Fn::Sub\"", "${", "---\n", "...\n", "? ", "\\u", "\\",
    ];

    [Fact]
    public void Damaged_text_is_imported_or_refused_and_never_breaks_the_program() =>
        Gen.Select(Gen.Int[0, Sound.Length - 1], Gen.Select(Gen.Double[0, 1], Gen.Int[0, 30], Gen.Int[0, Parts.Length - 1]).List[1, 4]).Sample((which, damages) =>
        {
            var text = Sound[which];
            foreach (var (where, cut, part) in damages)
            {
                var start = (int)(where * text.Length);
                text = text[..start] + Parts[part] + text[Math.Min(text.Length, start + cut)..];
            }

            try
            {
                var result = Imports.Of(text);
                foreach (var format in Enum.GetValues<OutputFormat>())
                    Assert.NotEmpty(ImportOutput.Write(result.Consumers, format) + "-");
            }
            catch (TemplateFormatException e)
            {
                Assert.NotEmpty(e.Message);
            }
        });
}
