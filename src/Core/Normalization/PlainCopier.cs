using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace StreamWorker.Normalization;

/// <summary>
/// Makes plain JSON of typed values by copying what stands in them, without a tokenizer. It takes only what is written as the service writes it: without white space, without escapes
/// in names, each name once, and nothing wrong. Everything else is left to <see cref="TypedReader"/>, which knows what to make of it and what to say.
/// </summary>
internal ref struct PlainCopier
{
    private const int MostLevels = 32;
    private const int LongestDecoded = 1024;

    // What ends a stretch of text: the end itself, an escape, or what must not stand there.
    private static readonly SearchValues<byte> s_ends = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    // What the default encoder leaves as it is.
    private static readonly SearchValues<byte> s_safe = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5f).Where(code => JavaScriptEncoder.Default.Encode($"{(char)code}").Length == 1).Select(code => (byte)code)]);

    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<byte> _output;
    private readonly bool _encodes;
    private int _at;
    private int _length;

    private PlainCopier(ReadOnlySpan<byte> json, Span<byte> output, bool encodes)
    {
        _json = json;
        _output = output;
        _encodes = encodes;
    }

    /// <summary>Copies the content of a typed value.</summary>
    /// <param name="content">The content, as received.</param>
    /// <param name="type">Its type.</param>
    /// <param name="encodes">Whether text is written as the default encoder writes it; false to leave it as it was received.</param>
    /// <param name="output">Room for the JSON. Without encoding there is never more of it than of the content.</param>
    /// <param name="length">How much was written.</param>
    /// <returns>False when the content is not written in the plain way, or there is too little room.</returns>
    public static bool TryCopy(ReadOnlySpan<byte> content, AttributeType type, bool encodes, Span<byte> output, out int length)
    {
        var copier = new PlainCopier(content, output, encodes);
        var isCopied = Utf8.IsValid(content) && copier.TryContent(type, 1) && copier._at == content.Length;
        length = copier._length;
        return isCopied;
    }

    private bool TryContent(AttributeType type, int level) => type switch
    {
        AttributeType.String => TryText(out var text, out var isEscaped) && TryPutText(text, isEscaped),
        AttributeType.Number => TryNumber(),
        AttributeType.Binary => TryBytes(),
        AttributeType.Boolean => TryTake("true"u8) ? TryPut("true"u8) : TryTake("false"u8) && TryPut("false"u8),
        AttributeType.Null => TryTake("true"u8) && TryPut("null"u8),
        AttributeType.Map => TryMap(level),
        _ => TryArray(type, level),
    };

    private bool TryMap(int level)
    {
        if (level > MostLevels || !TryTake((byte)'{') || !TryPut((byte)'{'))
            return false;
        if (TryTake((byte)'}'))
            return TryPut((byte)'}');
        Span<Slice> names = stackalloc Slice[NameSet.Few];
        var count = 0;
        do
        {
            if (!TryText(out var name, out var isEscaped) || isEscaped || count == names.Length || IsAmong(names[..count], name))
                return false;
            names[count++] = new Slice(_at - name.Length - 1, name.Length);
            if ((count > 1 && !TryPut((byte)',')) || !TryPutText(name, isEscaped: false) || !TryPut((byte)':') || !TryTake((byte)':') || !TryTyped(level))
                return false;
        }
        while (TryTake((byte)','));
        return TryTake((byte)'}') && TryPut((byte)'}');
    }

    private readonly bool IsAmong(ReadOnlySpan<Slice> names, ReadOnlySpan<byte> name)
    {
        foreach (var other in names)
        {
            if (other.Length == name.Length && _json.Slice(other.Start, other.Length).SequenceEqual(name))
                return true;
        }

        return false;
    }

    private bool TryArray(AttributeType type, int level)
    {
        if (level > MostLevels || !TryTake((byte)'[') || !TryPut((byte)'['))
            return false;
        if (TryTake((byte)']'))
            return TryPut((byte)']');
        var isFirst = true;
        do
        {
            if (!isFirst && !TryPut((byte)','))
                return false;
            isFirst = false;
            var isCopied = type switch
            {
                AttributeType.List => TryTyped(level),
                AttributeType.StringSet => TryContent(AttributeType.String, level),
                AttributeType.NumberSet => TryNumber(),
                _ => TryBytes(),
            };
            if (!isCopied)
                return false;
        }
        while (TryTake((byte)','));
        return TryTake((byte)']') && TryPut((byte)']');
    }

    private bool TryTyped(int level) => TryTake((byte)'{') && TryType(out var type) && TryContent(type, level + 1) && TryTake((byte)'}');

    private bool TryType(out AttributeType type)
    {
        // Most names of types have one letter.
        if (_json.Length - _at > 4 && _json[_at] == (byte)'"' && _json[_at + 2] == (byte)'"' && _json[_at + 3] == (byte)':' && AttributeTypes.Parse(_json.Slice(_at + 1, 1)) is { } simple)
        {
            _at += 4;
            type = simple;
            return true;
        }

        type = default;
        if (!TryText(out var name, out var isEscaped) || isEscaped || AttributeTypes.Parse(name) is not { } named)
            return false;
        type = named;
        return TryTake((byte)':');
    }

    private bool TryNumber() => TryText(out var digits, out var isEscaped) && !isEscaped && ExactNumber.IsNumber(digits) && TryPut(digits);

    private bool TryBytes() =>
        TryText(out var text, out var isEscaped) && !isEscaped && Base64.IsValid(text) && TryPut(_json.Slice(_at - text.Length - 2, text.Length + 2));

    /// <summary>Takes a text, from quote to quote. Escapes by their code are not plain.</summary>
    private bool TryText(out ReadOnlySpan<byte> text, out bool isEscaped)
    {
        text = default;
        isEscaped = false;
        if (!TryTake((byte)'"'))
            return false;
        var start = _at;
        while (true)
        {
            var end = _json[_at..].IndexOfAny(s_ends);
            if (end < 0)
                return false;
            _at += end + 1;
            switch (_json[_at - 1])
            {
                case (byte)'"':
                    text = _json[start..(_at - 1)];
                    return true;
                case (byte)'\\' when _at < _json.Length && "\"\\/bfnrt"u8.Contains(_json[_at]):
                    isEscaped = true;
                    _at++;
                    break;
                default:
                    return false;
            }
        }
    }

    private bool TryPutText(ReadOnlySpan<byte> text, bool isEscaped)
    {
        if (!TryPut((byte)'"'))
            return false;
        if (!_encodes || text.IndexOfAnyExcept(s_safe) < 0)
            return TryPut(text) && TryPut((byte)'"');
        if (text.Length > LongestDecoded)
            return false;
        Span<byte> room = stackalloc byte[isEscaped ? text.Length : 0];
        scoped ReadOnlySpan<byte> decoded = isEscaped ? room[..Unescape(text, room)] : text;
        if (JavaScriptEncoder.Default.EncodeUtf8(decoded, _output[_length..], out _, out var written) != OperationStatus.Done)
            return false;
        _length += written;
        return TryPut((byte)'"');
    }

    /// <summary>Undoes escapes of one character, which have been found to be some.</summary>
    /// <returns>How many bytes that gives.</returns>
    private static int Unescape(ReadOnlySpan<byte> text, Span<byte> room)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            room[length++] = text[i] != (byte)'\\' ? text[i] : text[++i] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                var escaped => escaped,
            };
        }

        return length;
    }

    private bool TryTake(byte token)
    {
        if (_at >= _json.Length || _json[_at] != token)
            return false;
        _at++;
        return true;
    }

    private bool TryPut(byte value)
    {
        if (_length >= _output.Length)
            return false;
        _output[_length++] = value;
        return true;
    }

    private bool TryTake(ReadOnlySpan<byte> token)
    {
        if (!_json[_at..].StartsWith(token))
            return false;
        _at += token.Length;
        return true;
    }

    private bool TryPut(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.TryCopyTo(_output[_length..]))
            return false;
        _length += bytes.Length;
        return true;
    }
}
