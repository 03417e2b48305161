using System.Buffers;

namespace StreamWorker.DynamoDb.Tests.Fakes;

/// <summary>A pool that counts what is out and fails when a buffer comes back twice.</summary>
internal sealed class CountingPool : MemoryPool<byte>
{
    private int _rented;
    private int _returned;

    public int Rented => _rented;

    public int Returned => _returned;

    public override int MaxBufferSize => int.MaxValue;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _rented);
        return new Owner(this, Math.Max(1, minBufferSize));
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Owner(CountingPool pool, int size) : IMemoryOwner<byte>
    {
        private int _isReturned;

        public Memory<byte> Memory { get; } = new byte[size];

        public void Dispose()
        {
            Assert.Equal(0, Interlocked.Exchange(ref _isReturned, 1));
            Interlocked.Increment(ref pool._returned);
        }
    }
}
