using System.Buffers.Binary;

namespace StreamWorker.Consumer.Delivery.Windows;

/// <summary>An open window as it is kept with the checkpoint: its bounds, and the state behind the last record that is finished.</summary>
/// <param name="Window">The window.</param>
/// <param name="State">The state: a JSON object in UTF-8.</param>
internal sealed record WindowMemo(TumblingWindow Window, ReadOnlyMemory<byte> State)
{
    // What a memo of an open window begins with, the version of this form in it.
    private const byte Mark = (byte)'W';
    private const byte Version = 1;
    private const int HeaderLength = 2 + (2 * sizeof(long));

    /// <summary>Writes it.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + State.Length];
        (bytes[0], bytes[1]) = (Mark, Version);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), Window.Start.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2 + sizeof(long)), Window.End.ToUnixTimeSeconds());
        State.CopyTo(bytes.AsMemory(HeaderLength));
        return bytes;
    }

    /// <summary>Reads it back.</summary>
    /// <returns>Null for an empty memo: no window is open.</returns>
    /// <exception cref="FormatException">It is something else, or of a newer version.</exception>
    public static WindowMemo? Read(ReadOnlyMemory<byte> memo)
    {
        if (memo.IsEmpty)
            return null;
        var bytes = memo.Span;
        if (bytes.Length < HeaderLength || bytes[0] != Mark)
            throw new FormatException($"What is kept with the checkpoint ({bytes.Length} bytes) is no open window.");
        if (bytes[1] != Version)
            throw new FormatException($"The window that is kept with the checkpoint is written in version {bytes[1]}, and this program knows version {Version} only.");
        var start = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        var end = BinaryPrimitives.ReadInt64BigEndian(bytes[(2 + sizeof(long))..]);
        if (start >= end || start < DateTimeOffset.MinValue.ToUnixTimeSeconds() || end > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            throw new FormatException($"What is kept with the checkpoint is no open window: it would reach from {start} to {end}.");
        return new WindowMemo(new TumblingWindow(DateTimeOffset.FromUnixTimeSeconds(start), DateTimeOffset.FromUnixTimeSeconds(end)), memo[HeaderLength..]);
    }
}
