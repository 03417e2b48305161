using System.Globalization;
using System.Numerics;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>Makes values out of values that are equal, or differ in some of their parts, and tells which.</summary>
internal sealed class TypedVariation(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Makes a map with some members kept, changed, removed and added.</summary>
    public TypedValue.Map Vary(TypedValue.Map map, TypedValue.Map other)
    {
        var members = new List<KeyValuePair<string, TypedValue>>();
        foreach (var (name, value) in map.Members)
        {
            if (_random.Next(5) > 0)
                members.Add(new(name, Vary(value, other)));
        }

        foreach (var member in other.Members)
        {
            if (_random.Next(2) == 0 && members.TrueForAll(known => known.Key != member.Key))
                members.Insert(_random.Next(members.Count + 1), member);
        }

        return new TypedValue.Map([.. members]);
    }

    /// <summary>Writes the same item in another way: members and sets in another order, numbers in other forms.</summary>
    public TypedValue.Map Rewrite(TypedValue.Map map) => (TypedValue.Map)Rewrite((TypedValue)map);

    /// <summary>Tells whether two values are the same to DynamoDB.</summary>
    public static bool AreSame(TypedValue one, TypedValue other) => (one, other) switch
    {
        (TypedValue.Text a, TypedValue.Text b) => a.Value == b.Value,
        (TypedValue.Number a, TypedValue.Number b) => ValueOf(a.Digits) == ValueOf(b.Digits),
        (TypedValue.Binary a, TypedValue.Binary b) => a.Base64 == b.Base64,
        (TypedValue.Boolean a, TypedValue.Boolean b) => a.Value == b.Value,
        (TypedValue.Null, TypedValue.Null) => true,
        (TypedValue.Set { Type: AttributeType.NumberSet } a, TypedValue.Set { Type: AttributeType.NumberSet } b) => a.Members.Select(ValueOf).ToHashSet().SetEquals(b.Members.Select(ValueOf)),
        (TypedValue.Set a, TypedValue.Set b) => a.Type == b.Type && a.Members.ToHashSet().SetEquals(b.Members),
        (TypedValue.List a, TypedValue.List b) => a.Members.Length == b.Members.Length && a.Members.Zip(b.Members).All(pair => AreSame(pair.First, pair.Second)),
        (TypedValue.Map a, TypedValue.Map b) => a.Members.Length == b.Members.Length
            && a.Members.All(member => b.Members.Any(match => match.Key == member.Key && AreSame(member.Value, match.Value))),
        _ => false,
    };

    private TypedValue Vary(TypedValue value, TypedValue.Map other) => (_random.Next(4), value) switch
    {
        (0, _) when other.Members.Length > 0 => other.Members[_random.Next(other.Members.Length)].Value,
        (1, _) => Rewrite(value),
        (2, TypedValue.Map map) => Vary(map, other),
        (2, TypedValue.List list) => new TypedValue.List([.. list.Members.Take(_random.Next(list.Members.Length + 1)).Select(member => Vary(member, other)), .. other.Members.Take(_random.Next(2)).Select(member => member.Value)]),
        _ => value,
    };

    private TypedValue Rewrite(TypedValue value) => value switch
    {
        TypedValue.Number number => new TypedValue.Number(Rewrite(number.Digits)),
        TypedValue.Set { Type: AttributeType.NumberSet } set => set with { Members = Shuffled(set.Members.Select(Rewrite)) },
        TypedValue.Set set => set with { Members = Shuffled(set.Members) },
        TypedValue.List list => new TypedValue.List([.. list.Members.Select(Rewrite)]),
        TypedValue.Map map => new TypedValue.Map(Shuffled(map.Members.Select(member => KeyValuePair.Create(member.Key, Rewrite(member.Value))))),
        _ => value,
    };

    private string Rewrite(string digits)
    {
        var (unscaled, exponent) = ValueOf(digits);
        return _random.Next(3) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{unscaled}E{exponent}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"{unscaled}.0e{exponent:+0;-0}"),
            _ => digits,
        };
    }

    private T[] Shuffled<T>(IEnumerable<T> members)
    {
        var shuffled = members.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>Gives a number by value: its digits without trailing zeros, and the power of ten of the last one.</summary>
    private static (BigInteger Unscaled, int Exponent) ValueOf(string digits)
    {
        var parts = digits.ToUpperInvariant().Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var exponent = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - (point < 0 ? 0 : parts[0].Length - point - 1);
        var unscaled = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        if (unscaled.IsZero)
            return (0, 0);
        for (; unscaled % 10 == 0; exponent++)
            unscaled /= 10;
        return (unscaled, exponent);
    }
}
