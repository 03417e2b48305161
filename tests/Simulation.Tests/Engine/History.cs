using System.Globalization;
using System.Runtime.CompilerServices;

namespace StreamWorker.Simulation;

/// <summary>What happened in a run: always as a number that differs when anything does, and as text when somebody wants to read it.</summary>
internal sealed class History(bool isWritten)
{
    private readonly List<string>? _lines = isWritten ? [] : null;

    /// <summary>Gets the number that stands for everything that happened so far.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037UL;

    public bool IsWritten => isWritten;

    public IReadOnlyList<string> Lines => _lines ?? [];

    public void Mix(long value)
    {
        Hash = (Hash ^ (ulong)value) * 1099511628211UL;
        Hash ^= Hash >> 29;
    }

    public void Write(long now, string who, [InterpolatedStringHandlerArgument("")] ref TraceText text)
    {
        if (_lines is not null)
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromTicks(now).TotalSeconds,12:F6} {who,-8} {text.Take()}"));
    }

    /// <summary>Text that is only put together where a history is written.</summary>
    [InterpolatedStringHandler]
    internal ref struct TraceText
    {
        private DefaultInterpolatedStringHandler _text;

        public TraceText(int literalLength, int formattedCount, History history, out bool isWanted)
        {
            isWanted = history.IsWritten;
            if (isWanted)
                _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
        }

        public void AppendLiteral(string value) => _text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

        public string Take() => _text.ToStringAndClear();
    }
}
