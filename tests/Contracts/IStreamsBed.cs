using StreamWorker.Consumer.Shards;

namespace StreamWorker.Contracts;

/// <summary>A service with tables for the suites to work on. Each test makes tables of its own, so that all may share a service.</summary>
public interface IStreamsBed
{
    /// <summary>The client under test.</summary>
    IStreamsClient Client { get; }

    /// <summary>The directory under test.</summary>
    ITableDirectory Tables { get; }

    /// <summary>Whether a page ends at 1 MB, as the service's own do.</summary>
    bool LimitsPagesByBytes => true;

    /// <summary>Whether an iterator that is older than its shard's first record can be refused as trimmed; what it stands for is the shard's start.</summary>
    bool MayRefuseOldIterators => false;

    /// <summary>Makes a table with partition key <c>id</c> of type <c>S</c>; with stream: of both images, and enabled when this returns.</summary>
    ValueTask CreateTableAsync(string table, bool withStream);

    /// <summary>Writes the item <c>{"id":{"S":id},"value":{"N":value},"text":{"S":text}}</c>.</summary>
    ValueTask PutAsync(string table, string id, int value, string text = "some text");

    /// <summary>Deletes an item.</summary>
    ValueTask DeleteAsync(string table, string id);

    /// <summary>Disables the table's stream; it is disabled when this returns.</summary>
    ValueTask DisableStreamAsync(string table);

    /// <summary>Enables a stream of both images; it is enabled when this returns.</summary>
    ValueTask EnableStreamAsync(string table);
}
