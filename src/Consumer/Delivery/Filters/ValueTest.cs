using System.Text;
using StreamWorker.Normalization;

namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>The conditions of one member, in the form in which received bytes are compared with them.</summary>
internal sealed class ValueTest
{
    private readonly byte[][] _texts;
    private readonly byte[][] _scalars;
    private readonly byte[][] _prefixes;
    private readonly byte[][] _suffixes;
    private readonly string[] _ignoringCase;
    private readonly NumberRange[] _ranges;
    private readonly NumberRange[] _typedRanges;
    private readonly (byte[][] Texts, byte[][] Scalars)[] _anythingBut;
    private readonly bool _takesAll;

    public ValueTest(IReadOnlyList<PatternCondition> conditions)
    {
        _texts = Bytes(conditions, ConditionKind.Text, condition => condition.Texts);
        _scalars = [.. Bytes(conditions, ConditionKind.Number, condition => condition.Scalars), .. Bytes(conditions, ConditionKind.Literal, condition => condition.Scalars)];
        _prefixes = Bytes(conditions, ConditionKind.Prefix, condition => condition.Texts);
        _suffixes = Bytes(conditions, ConditionKind.Suffix, condition => condition.Texts);
        _ignoringCase = [.. Of(conditions, ConditionKind.EqualsIgnoreCase).SelectMany(condition => condition.Texts)];
        _ranges = [.. Of(conditions, ConditionKind.Numeric).Select(condition => condition.Range)];
        _typedRanges = [.. Of(conditions, ConditionKind.TypedNumeric).Select(condition => condition.Range)];
        _anythingBut = [.. Of(conditions, ConditionKind.AnythingBut).Select(condition => (Bytes(condition.Texts), Bytes(condition.Scalars)))];
        _takesAll = Of(conditions, ConditionKind.Exists).Any();
        TakesMissing = Of(conditions, ConditionKind.Missing).Any();
    }

    /// <summary>Gets whether the member may be missing.</summary>
    public bool TakesMissing { get; }

    /// <summary>Tells whether a text meets one of the conditions.</summary>
    /// <param name="text">Valid UTF-8 without quotes and escapes.</param>
    public bool TakesText(ReadOnlySpan<byte> text)
    {
        if (_takesAll || Contains(_texts, text))
            return true;
        foreach (var prefix in _prefixes)
        {
            if (text.StartsWith(prefix))
                return true;
        }

        foreach (var suffix in _suffixes)
        {
            if (text.EndsWith(suffix))
                return true;
        }

        foreach (var (texts, _) in _anythingBut)
        {
            if (!Contains(texts, text))
                return true;
        }

        return TakesIgnoringCase(text) || (_typedRanges.Length > 0 && ExactNumber.IsNumber(text) && IsInOne(_typedRanges, text));
    }

    /// <summary>Tells whether a number, true, false or null meets one of the conditions.</summary>
    /// <param name="scalar">A valid one.</param>
    public bool TakesScalar(ReadOnlySpan<byte> scalar)
    {
        if (_takesAll || Contains(_scalars, scalar))
            return true;
        foreach (var (_, scalars) in _anythingBut)
        {
            if (!Contains(scalars, scalar))
                return true;
        }

        return scalar[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9') && (IsInOne(_ranges, scalar) || IsInOne(_typedRanges, scalar));
    }

    private static IEnumerable<PatternCondition> Of(IReadOnlyList<PatternCondition> conditions, ConditionKind kind) => conditions.Where(condition => condition.Kind == kind);

    private static byte[][] Bytes(IReadOnlyList<PatternCondition> conditions, ConditionKind kind, Func<PatternCondition, IReadOnlyList<string>> texts) =>
        Bytes(Of(conditions, kind).SelectMany(texts));

    private static byte[][] Bytes(IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static bool Contains(byte[][] values, ReadOnlySpan<byte> value)
    {
        foreach (var known in values)
        {
            if (value.SequenceEqual(known))
                return true;
        }

        return false;
    }

    private static bool IsInOne(NumberRange[] ranges, ReadOnlySpan<byte> number)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(number))
                return true;
        }

        return false;
    }

    private bool TakesIgnoringCase(ReadOnlySpan<byte> text)
    {
        if (_ignoringCase.Length == 0)
            return false;
        if (!Ascii.IsValid(text))
            return _ignoringCase.Contains(Encoding.UTF8.GetString(text), StringComparer.OrdinalIgnoreCase);
        foreach (var known in _ignoringCase)
        {
            if (Ascii.EqualsIgnoreCase(text, known))
                return true;
        }

        return false;
    }
}
