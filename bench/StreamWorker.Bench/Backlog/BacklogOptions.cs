using System.Globalization;

namespace StreamWorker.Bench.Backlog;

/// <summary>What is measured.</summary>
internal sealed record BacklogOptions(int Records, bool Loopback, bool DynamoDbLocal)
{
    public static BacklogOptions? Parse(string[] args)
    {
        var options = new BacklogOptions(100_000, true, true);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--records" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var records) && records >= 1000:
                    options = options with { Records = records };
                    i++;
                    break;
                case "--only" when i + 1 < args.Length && args[i + 1] is "loopback" or "local":
                    options = options with { Loopback = args[i + 1] == "loopback", DynamoDbLocal = args[i + 1] == "local" };
                    i++;
                    break;
                default:
                    Console.Error.WriteLine($"'{args[i]}' is not known, or its value is not. Usage: bench/run backlog [--records N (at least 1000)] [--only loopback|local]");
                    return null;
            }
        }

        return options;
    }
}
