using System.Text;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>A range of numbers, open or closed at either end. Its ends keep all their digits.</summary>
internal sealed class NumberRange(byte[]? low, bool includesLow, byte[]? high, bool includesHigh)
{
    /// <summary>Gets the range of all numbers.</summary>
    public static NumberRange All { get; } = new(null, true, null, true);

    /// <summary>Gets whether there is no number in it.</summary>
    public bool IsEmpty => low is not null && high is not null
        && DecimalText.Compare(low, high) is var order && (order > 0 || (order == 0 && !(includesLow && includesHigh)));

    /// <summary>Tells whether a number, written as in JSON, is in the range.</summary>
    public bool Contains(ReadOnlySpan<byte> number) =>
        (low is null || DecimalText.Compare(number, low) >= (includesLow ? 0 : 1))
        && (high is null || DecimalText.Compare(number, high) <= (includesHigh ? 0 : -1));

    /// <summary>Gives the part of the range for which this comparison holds as well.</summary>
    public NumberRange And(string comparison, string number)
    {
        var end = Encoding.UTF8.GetBytes(number);
        return comparison switch
        {
            "=" => new(end, true, end, true),
            ">" => new(end, false, high, includesHigh),
            ">=" => new(end, true, high, includesHigh),
            "<" => new(low, includesLow, end, false),
            _ => new(low, includesLow, end, true),
        };
    }
}
