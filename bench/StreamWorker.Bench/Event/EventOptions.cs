using System.Globalization;

namespace StreamWorker.Bench.Event;

/// <summary>What is measured.</summary>
internal sealed record EventOptions(IReadOnlyList<int> Records)
{
    public static EventOptions? Parse(string[] args)
    {
        if (args.Length == 0)
            return new EventOptions([1000, 100]);
        var records = args is ["--records", var list] ? list.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToList() : [];
        if (records.Count > 0 && records.All(number => number is >= 1 and <= 10_000))
            return new EventOptions(records);
        Console.Error.WriteLine($"'{string.Join(' ', args)}' is not known, or its value is not. Usage: bench/run event [--records N,N (1 to 10000 each)]");
        return null;
    }
}
