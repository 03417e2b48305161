using System.Globalization;

namespace StreamWorker.Bench.Event;

/// <summary>What is measured.</summary>
/// <param name="Records">How many records the events have.</param>
/// <param name="Share">How long each way runs in a round.</param>
internal sealed record EventOptions(IReadOnlyList<int> Records, TimeSpan Share)
{
    public static EventOptions? Parse(string[] args)
    {
        var options = new EventOptions([1000, 100], TimeSpan.FromMilliseconds(250));
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var numbers = value.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToList();
            switch (args[i])
            {
                case "--records" when numbers.All(number => number is >= 1 and <= 10_000):
                    options = options with { Records = numbers };
                    break;
                case "--seconds" when numbers is [>= 1 and <= 600]:
                    options = options with { Share = TimeSpan.FromSeconds(numbers[0]) / EventBench.Rounds };
                    break;
                default:
                    Console.Error.WriteLine($"'{args[i]}' is not known, or its value is not. Usage: bench/run event [--records N,N (1 to 10000 each)] [--seconds N (1 to 600, for each way)]");
                    return null;
            }
        }

        return options;
    }
}
