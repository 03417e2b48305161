using System.Buffers;
using System.Globalization;
using System.Text;

namespace StreamWorker.Consumer.Tests;

/// <summary>Makes pages of records and counts those that were not given back.</summary>
internal sealed class Pages
{
    private static readonly StreamArn s_stream = StreamArn.Parse("arn:aws:dynamodb:eu-central-1:000000000000:table/Orders/stream/2026-01-31T12:00:00.000");

    private int _open;

    public int Open => Volatile.Read(ref _open);

    public static SequenceNumber Number(long number) => SequenceNumber.Parse(number.ToString("D21", CultureInfo.InvariantCulture));

    public static IReadOnlyList<long> NumbersOf(IEnumerable<StreamRecord> records) => [.. records.Select(record => NumberOf(record.SequenceNumber))];

    public static long NumberOf(SequenceNumber number) => long.Parse(number.ToString(), CultureInfo.InvariantCulture);

    /// <summary>Makes a page of records <paramref name="first"/> to <paramref name="last"/>; without records when last is lower.</summary>
    public RecordPage Of(long first, long last) => OfJson(Enumerable.Range(0, (int)(last - first + 1)).Select(i => Json(first + i)));

    public RecordPage OfJson(IEnumerable<string> records, string? nextIterator = "next")
    {
        var json = $"{{\"Records\":[{string.Join(',', records)}]{(nextIterator is null ? "" : $",\"NextShardIterator\":\"{nextIterator}\"")}}}";
        var bytes = Encoding.UTF8.GetBytes(json);
        Interlocked.Increment(ref _open);
        return RecordPage.Parse(new Owner(bytes, this), bytes.Length, s_stream);
    }

    /// <summary>Makes a record.</summary>
    /// <param name="number">Its sequence number.</param>
    /// <param name="item">The key of its item.</param>
    /// <param name="age">How long before the world's beginning it was made, in seconds.</param>
    /// <param name="padding">How many bytes its image has.</param>
    public static string Json(long number, string item = "a", long age = 0, int padding = 0) =>
        $$$"""{"eventID":"{{{number:x32}}}","eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":{{{1769860800 - age}}},"Keys":{"id":{"S":"{{{item}}}"}},{{{Image(padding)}}}"SequenceNumber":"{{{number:D21}}}"}}""";

    private static string Image(int padding) => padding == 0 ? "" : $$$"""NewImage":{"text":{"S":"{{{new string('x', padding)}}}"}},""".Insert(0, "\"");

    private sealed class Owner(byte[] bytes, Pages pages) : IMemoryOwner<byte>
    {
        private int _isReturned;

        public Memory<byte> Memory => bytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0)
                Interlocked.Decrement(ref pages._open);
        }
    }
}
