using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Json;
using CsCheck;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Tests.Delivery.Filters;

/// <summary>What holds for all patterns and records.</summary>
public sealed class FilterLaws
{
    private static readonly Gen<string> s_number =
        from sign in OneOf("", "-")
        from whole in Gen.OneOf(Gen.Const("0"), Gen.Long[1, 999].Select(number => $"{number}"), Gen.Const("12345678901234567890123456789012345678"))
        from fraction in OneOf("", ".0", ".5", ".50", ".05", ".12345678901234567890123456789012345678")
        from exponent in OneOf("", "e0", "E+2", "e-2", "E39", "e-40")
        select $"{sign}{whole}{fraction}{exponent}";

    // F1 to F15, F17
    [Fact]
    public void Filter_takes_what_the_plain_form_of_the_language_takes()
    {
        var (taken, refused, inElements) = (0, 0, 0);
        Gen.Select(Gen.Int, Gen.Int).Sample(
            (patternSeed, recordSeed) =>
            {
                var received = new RandomJson(recordSeed).Record();
                var record = Samples.Of(received);
                var delivered = new ArrayBufferWriter<byte>();
                LambdaEvent.Write(delivered, [record]);
                using var document = JsonDocument.Parse(delivered.WrittenMemory);
                var pattern = new RandomJson(patternSeed).Pattern(document.RootElement.GetProperty("Records")[0]);
                var expected = ReferenceFilter.Matches(pattern, document.RootElement.GetProperty("Records")[0]);
                Interlocked.Increment(ref expected ? ref taken : ref refused);
                var parsed = FilterPattern.Parse(pattern);
                if (parsed.Explain(record) is { } reason && reason.StartsWith("every", StringComparison.Ordinal))
                    Interlocked.Increment(ref inElements);
                Assert.True(expected == parsed.Matches(record), $"{(expected ? "A match" : "No match")} is expected of {pattern} on {received}");
            },
            iter: 10_000);

        // The law is worth something only where both answers, and lists of objects, come up.
        Assert.True(taken > 500 && refused > 500 && inElements > 0, $"{taken} taken, {refused} refused, {inElements} for their elements");
    }

    [Fact]
    public void Filter_of_several_patterns_takes_what_one_of_them_takes() => Gen.Select(Gen.Int.Array[1, 10], Gen.Int).Sample((patternSeeds, recordSeed) =>
    {
        var received = new RandomJson(recordSeed).Record();
        using var document = JsonDocument.Parse(received);
        var patterns = patternSeeds.Select(seed => new RandomJson(seed).Pattern(document.RootElement)).ToList();
        var record = Samples.Of(received);
        Assert.Equal(
            patterns.Exists(pattern => FilterPattern.Parse(pattern).Matches(record)),
            new PatternFilter(patterns.Select(PatternReader.Read)).Matches(record));
    });

    [Fact]
    public void Filter_allocates_nothing_for_a_record()
    {
        var filter = new PatternFilter([PatternReader.Read("""{"eventName":["MODIFY"],"dynamodb":{"NewImage":{"k":{"S":[{"prefix":"v"}]},"n":{"N":[{"streamworker:numeric":[">",5]}]}}}}""")]);
        var record = Samples.NewImage("""{"j":{"M":{"k":{"S":"x"}}},"k":{"S":"very"},"n":{"N":"6.5"}}""");
        filter.Matches(record);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            filter.Matches(record);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // F8: all digits count.
    [Fact]
    public void Numbers_are_compared_by_their_exact_values() => Gen.Select(s_number, s_number).Sample((left, right) =>
        Assert.Equal(Exact(left).CompareTo(Exact(right)), Math.Sign(DecimalText.Compare(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)))));

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    /// <summary>Gives a number multiplied by a power of ten that makes an integer of all numbers here.</summary>
    private static BigInteger Exact(string number)
    {
        var parts = number.Split('e', 'E');
        var exponent = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        var decimals = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].Length - parts[0].IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        return BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) * BigInteger.Pow(10, 100 + exponent - decimals);
    }
}
