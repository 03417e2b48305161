using System.Globalization;
using System.Text;

namespace StreamWorker.Tests.Shared;

/// <summary>Makes wrong bytes out of right ones: flips, cuts, repeats and splices, with a liking for what JSON is made of.</summary>
/// <remarks><c>STREAMWORKER_FUZZ_ROUNDS</c> and <c>STREAMWORKER_FUZZ_SEED</c> make a longer or another run of every test that uses it.</remarks>
internal sealed class Mutation(int seed)
{
    private static readonly byte[][] s_pieces =
        [.. new[]
        {
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "null", "true", "12", "-", "1e400", "0E99999999999", "1E-99999999999", "\"S\"", "\"N\"", "\"M\":{", "\"L\":[",
            "\"Records\":[", "\"NextShardIterator\":7", "\"dynamodb\":", "\"SequenceNumber\":\"1\"", "\"userIdentity\":{\"Type\":\"\\ud800\"}", "\"batchItemFailures\":[", "{\"itemIdentifier\":\"\\ud800\"}",
            "\"\\ud800ab\"", "\"ShardId\":", "\"Shards\":[{", "\"StreamDescription\":{", "\"__type\":", " ", "\n", "/*", "\uFEFF", "é",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff],
        [0xc3, 0x28],
        [0xed, 0xa0, 0x80]];

    private readonly Random _random = new(seed);

    /// <summary>Gets how many inputs each test makes.</summary>
    public static int Rounds { get; } = Number("STREAMWORKER_FUZZ_ROUNDS", 20_000);

    /// <summary>Gets where each test begins: the same seed makes the same inputs.</summary>
    public static int Seed { get; } = Number("STREAMWORKER_FUZZ_SEED", 20260131);

    public byte[] Next(IReadOnlyList<string> corpus)
    {
        var bytes = Encoding.UTF8.GetBytes(corpus[_random.Next(corpus.Count)]).ToList();
        for (var changes = _random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = _random.Next(bytes.Count);
            var length = Math.Min(_random.Next(1, 12), bytes.Count - at);
            switch (_random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, s_pieces[_random.Next(s_pieces.Length)]);
                    break;
                case 5:
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, s_pieces[_random.Next(s_pieces.Length)]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
