using System.Text;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>The form in which the service writes numbers: no sign but minus, no zeros that could be left out.</summary>
internal static class NumberForm
{
    public static bool IsAsWritten(string text)
    {
        if (!ExactNumber.IsNumber(Encoding.UTF8.GetBytes(text)) || text == "-0")
            return false;
        var mantissa = text.Split('e', 'E')[0];
        return !mantissa.Contains('.', StringComparison.Ordinal) || !mantissa.EndsWith('0');
    }
}
