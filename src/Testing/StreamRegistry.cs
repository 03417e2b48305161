using System.Globalization;

namespace StreamWorker.Testing;

/// <summary>What the tables and streams of one service share: the lock that guards them all, the clock, the counters.</summary>
internal sealed class StreamRegistry(TimeProvider time)
{
    // The tenth number has a digit more than the ninth: whoever compares numbers as text is found out early.
    private UInt128 _number = UInt128.Parse("999999999999999999990", CultureInfo.InvariantCulture);
    private long _shards;
    private long _records;
    private DateTimeOffset _lastLabel;

    public Lock Gate { get; } = new();

    public Dictionary<string, InMemoryTable> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the streams in the order in which they were made.</summary>
    public List<StreamLog> Streams { get; } = [];

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Gets the time as the service tells it: in whole seconds.</summary>
    public DateTimeOffset WholeSecond => DateTimeOffset.FromUnixTimeSeconds(Now.ToUnixTimeSeconds());

    public SequenceNumber HighestNumber => SequenceNumber.Parse(_number.ToString(CultureInfo.InvariantCulture));

    public StreamLog? Find(StreamArn stream) => Streams.Find(log => log.Arn == stream);

    public SequenceNumber NextNumber()
    {
        _number++;
        return HighestNumber;
    }

    public long NextShard() => ++_shards;

    public string NextEventId() => (++_records).ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Gives a stream's ARN. Two streams never have the same label, however fast one follows the other.</summary>
    public StreamArn NextArn(string table)
    {
        var label = DateTimeOffset.FromUnixTimeMilliseconds(Now.ToUnixTimeMilliseconds());
        if (label <= _lastLabel)
            label = _lastLabel.AddMilliseconds(1);
        _lastLabel = label;
        return StreamArn.Parse(string.Create(CultureInfo.InvariantCulture, $"arn:aws:dynamodb:{InMemoryStreams.Region}:000000000000:table/{table}/stream/{label:yyyy-MM-ddTHH:mm:ss.fff}"));
    }
}
