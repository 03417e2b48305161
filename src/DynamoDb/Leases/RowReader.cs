using System.Globalization;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>Reads a row's attributes, and names the row in every complaint: a row that cannot be read stops the program, it is never taken for an absent one.</summary>
internal readonly struct RowReader
{
    private readonly Row _row;

    public RowReader(Row row)
    {
        _row = row;
        var schema = Number(Attributes.Schema);
        if (schema != Attributes.CurrentSchema)
            throw Unreadable($"its format has version {schema}, and this program knows version {Attributes.CurrentSchema} only");
    }

    public string? OptionalText(string name) => _row.TryGetValue(name, out var value) ? value.S ?? throw Unreadable($"'{name}' is not a text") : null;

    public string Text(string name) => OptionalText(name) ?? throw Unreadable($"'{name}' is missing");

    public long Number(string name)
    {
        if (!_row.TryGetValue(name, out var value))
            throw Unreadable($"'{name}' is missing");
        return long.TryParse(value.N, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Unreadable($"'{name}' is not a whole number");
    }

    public long? OptionalNumber(string name) => _row.ContainsKey(name) ? Number(name) : null;

    public SequenceNumber? OptionalPosition(string name) => OptionalText(name) is not { } text
        ? null
        : SequenceNumber.TryParse(text, out var number) ? number : throw Unreadable($"'{name}' is '{text}', which is not a sequence number");

    public DateTimeOffset Time(string name) =>
        DateTimeOffset.TryParse(Text(name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : throw Unreadable($"'{name}' is '{Text(name)}', which is not a time");

    public DateTimeOffset? OptionalTime(string name) => _row.ContainsKey(name) ? Time(name) : null;

    public IReadOnlyList<string> OptionalTexts(string name) => _row.TryGetValue(name, out var value) ? value.SS ?? throw Unreadable($"'{name}' is not a set of texts") : [];

    /// <summary>Reads a flag that older programs do not write.</summary>
    public bool OptionalFlag(string name) => _row.ContainsKey(name) && Flag(name);

    public bool Flag(string name)
    {
        if (!_row.TryGetValue(name, out var value))
            throw Unreadable($"'{name}' is missing");
        return value.BOOL ?? throw Unreadable($"'{name}' is not true or false");
    }

    public ReadOnlyMemory<byte> Binary(string name)
    {
        if (!_row.TryGetValue(name, out var value))
            throw Unreadable($"'{name}' is missing");
        return value.B?.ToArray() ?? throw Unreadable($"'{name}' is not binary");
    }

    public LeaseStoreException Unreadable(string why) =>
        new($"The row (pk '{KeyText(Attributes.PartitionKey)}', sk '{KeyText(Attributes.SortKey)}') of the lease table cannot be read: {why}.", isTransient: false);

    private string? KeyText(string name) => _row.TryGetValue(name, out var value) ? value.S : null;
}
