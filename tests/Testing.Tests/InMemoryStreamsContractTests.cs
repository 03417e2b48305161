using Microsoft.Extensions.Time.Testing;
using StreamWorker.Consumer.Shards;
using StreamWorker.Contracts;

namespace StreamWorker.Testing.Tests;

public sealed class InMemoryStreamsContractTests : StreamsClientContract
{
    protected override ValueTask<IStreamsBed> OpenBedAsync() => new(new InMemoryStreamsBed());
}

public sealed class InMemoryShardRollContractTests : ShardRollContract
{
    protected override ValueTask<IRollingStreamsBed> OpenBedAsync() => new(new InMemoryStreamsBed());
}

public sealed class InMemoryTableDirectoryContractTests : TableDirectoryContract
{
    protected override ValueTask<IStreamsBed> OpenBedAsync() => new(new InMemoryStreamsBed());
}

internal sealed class InMemoryStreamsBed : IRollingStreamsBed
{
    private readonly InMemoryStreams _streams = new(new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, 250, TimeSpan.Zero)));
    private readonly Dictionary<string, InMemoryTable> _tables = [];

    public IStreamsClient Client => _streams;

    public ITableDirectory Tables => _streams;

    public ValueTask CreateTableAsync(string table, bool withStream)
    {
        _tables[table] = _streams.CreateTable(table, new InMemoryTableOptions { StreamEnabled = withStream });
        return default;
    }

    public ValueTask PutAsync(string table, string id, int value, string text = "some text")
    {
        _tables[table].Put(new TestItem().With("id", id).With("value", value).With("text", text));
        return default;
    }

    public ValueTask DeleteAsync(string table, string id)
    {
        _tables[table].Delete(new TestItem().With("id", id));
        return default;
    }

    public ValueTask DisableStreamAsync(string table)
    {
        _tables[table].DisableStream();
        return default;
    }

    public ValueTask EnableStreamAsync(string table)
    {
        _tables[table].EnableStream();
        return default;
    }

    public ValueTask RollShardAsync(string table)
    {
        _tables[table].RollShard();
        return default;
    }
}
