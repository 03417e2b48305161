using System.Buffers;
using System.IO.Hashing;

namespace StreamWorker.DynamoDb.Streams;

/// <summary>A whole answer in a pooled buffer. Whoever holds it gives the buffer back, once: by disposing it or by handing the buffer on.</summary>
internal sealed class AnswerBuffer : IDisposable
{
    private const int FirstGuess = 64 * 1024;

    private IMemoryOwner<byte>? _owner;

    private AnswerBuffer(IMemoryOwner<byte> owner, int length)
    {
        _owner = owner;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlyMemory<byte> Memory => _owner!.Memory[..Length];

    /// <summary>Reads a body to its end.</summary>
    /// <param name="response">The answer. A content length of 0 means that none was told.</param>
    /// <param name="maximum">The most bytes that are taken.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="IOException">The body ended early or was changed on its way.</exception>
    /// <exception cref="AnswerTooLongException">The body is longer than <paramref name="maximum"/>.</exception>
    public static async ValueTask<AnswerBuffer> ReadAsync(StreamsResponse response, int maximum, MemoryPool<byte> pool, CancellationToken cancellationToken)
    {
        var told = response.ContentLength;
        if (told > maximum)
            throw new AnswerTooLongException(maximum);
        var owner = pool.Rent(told > 0 ? (int)told : Math.Min(FirstGuess, maximum));
        try
        {
            var length = 0;
            while (true)
            {
                // A byte more than the maximum may be read: it is how an answer that is too long shows.
                if (length == owner.Memory.Length && (told <= 0 || length < told))
                    owner = Grow(owner, length, pool);
                var read = length == told && told > 0 ? 0 : await response.Body.ReadAsync(owner.Memory[length..], cancellationToken);
                if (read == 0)
                    break;
                length += read;
                if (length > maximum)
                    throw new AnswerTooLongException(maximum);
            }

            if (told > 0 && length != told)
                throw new IOException($"The answer ended after {length} of {told} bytes.");
            if (response.Crc32 is { } expected && Crc32.HashToUInt32(owner.Memory.Span[..length]) != expected)
                throw new IOException("The answer's checksum (x-amz-crc32) does not match: it was changed on its way.");
            return new AnswerBuffer(owner, length);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Hands the buffer on; from then on it belongs to the caller.</summary>
    public IMemoryOwner<byte> Detach() => Interlocked.Exchange(ref _owner, null) ?? throw new ObjectDisposedException(nameof(AnswerBuffer));

    public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Dispose();

    private static IMemoryOwner<byte> Grow(IMemoryOwner<byte> owner, int length, MemoryPool<byte> pool)
    {
        var larger = pool.Rent(length * 2);
        owner.Memory[..length].CopyTo(larger.Memory);
        owner.Dispose();
        return larger;
    }
}
