using System.Globalization;
using CsCheck;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>Pages as any writer of JSON could write them: members in any order, twice, with escaped names, with white space everywhere, and with values that look like structure.</summary>
internal static class PageText
{
    private static readonly string[] s_names =
        ["eventID", "eventName", "awsRegion", "userIdentity", "eventSourceARN", "dynamodb", "NewImage", "OldImage", "Keys", "SequenceNumber", "ApproximateCreationDateTime", "SizeBytes", "StreamViewType", "Records", "NextShardIterator"];

    private static readonly Gen<string> s_space = Gen.Frequency(
        (6, Gen.Const("")),
        (1, OneOf(" ", "\n", "\t", "\r\n", new string(' ', 64))));

    private static readonly Gen<string> s_text = Gen.OneOf(
            OneOf("", "a", "{", "}", "[", "]", ",", ":", "\\\"", "\\\\", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "é", "😀", "Records", "null", "{\\\"Records\\\":[", "\\\\\\\""),
            Gen.Select(OneOf("x", "\\\\", "}", "ß"), Gen.Int[1, 70]).Select((piece, count) => string.Concat(Enumerable.Repeat(piece, count))))
        .Array[0, 3].Select(string.Concat);

    private static readonly Gen<string> s_name = Gen.Frequency(
        (4, Gen.Int[0, s_names.Length - 1].Select(i => s_names[i])),
        (1, Gen.Select(Gen.Int[0, s_names.Length - 1], Gen.Int[0, 6]).Select((i, at) => Escaped(s_names[i], at))),
        (1, s_text));

    private static readonly Gen<string> s_scalar = Gen.OneOf(
        s_text.Select(text => $"\"{text}\""),
        OneOf("0", "-1.5e+300", "1795448752", "true", "false", "null", "null", "\"300000000000000499659\"", "\"INSERT\""));

    /// <summary>Gets objects, as JSON that is valid.</summary>
    public static Gen<string> Map { get; } = Object(Members(3));

    /// <summary>Gets records of a page, as JSON that is valid.</summary>
    public static Gen<string> Record { get; } = Gen.Frequency((5, Object(Members(3))), (1, Value(2)));

    /// <summary>Gets pages, as JSON that is valid and has a list of records.</summary>
    public static Gen<string> Page { get; } = Gen.Select(
        Gen.Select(s_name.Where(name => name is not ("Records" or "NextShardIterator")), Value(2), s_space).Array[0, 2],
        Record.Array[0, 4],
        s_space.Array[8, 8],
        OneOf("", "\"NextShardIterator\":null,", "\"NextShardIterator\" : \"n\\u0065xt\",", "\"Records\":[ ],"),
        Gen.Int[0, 63])
        .Select((others, records, space, iterator, offset) =>
        {
            var members = string.Concat(others.Where(other => !IsKnown(other.Item1)).Select(other => $"\"{other.Item1}\"{other.Item3}:{other.Item2},{other.Item3}"));
            return $"{new string(' ', offset)}{space[0]}{{{space[1]}{members}{iterator}\"Records\"{space[2]}:{space[3]}[{space[4]}{string.Join(space[5] + "," + space[6], records)}]{space[7]}}}";
        });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string> Value(int depth) => depth == 0
        ? s_scalar
        : Gen.Frequency(
            (3, s_scalar),
            (2, Object(Members(depth))),
            (1, Gen.Select(Value(depth - 1), s_space).Array[0, 3].Select(values => "[" + string.Join(',', values.Select(value => value.Item2 + value.Item1 + value.Item2)) + "]")));

    private static Gen<(string Name, string Value, string Space)[]> Members(int depth) =>
        Gen.Select(s_name, Value(depth - 1), s_space).Array[0, 6];

    private static Gen<string> Object(Gen<(string Name, string Value, string Space)[]> members) =>
        Gen.Select(members, s_space).Select((all, space) => $"{{{space}{string.Join(',', all.Select(member => $"{member.Space}\"{member.Name}\"{member.Space}:{member.Space}{member.Value}{space}"))}}}");

    // A page whose iterator is no text is refused, which is another test's matter.
    private static bool IsKnown(string name) => name.Contains("u00", StringComparison.Ordinal) || name is "Records" or "NextShardIterator";

    private static string Escaped(string name, int at) =>
        at < name.Length ? string.Create(CultureInfo.InvariantCulture, $"{name[..at]}\\u{(int)name[at]:x4}{name[(at + 1)..]}") : name;
}
