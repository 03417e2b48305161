using System.Text.Json.Nodes;
using StreamWorker.Consumer.Shards;

namespace StreamWorker.Testing;

/// <summary>A table of <see cref="InMemoryStreams"/> with its stream.</summary>
/// <remarks>
/// Items are given as DynamoDB's typed JSON, <c>{"id":{"S":"o-1"},"total":{"N":"12.5"}}</c>, or as <see cref="TestItem"/>. A write that changes nothing puts no
/// record into the stream. The records of an item stay in one line of shards, from parent to child. Safe for use by several threads.
/// </remarks>
public sealed partial class InMemoryTable
{
    private readonly StreamRegistry _registry;
    private readonly InMemoryTableOptions _options;
    private readonly Dictionary<string, JsonObject> _items = new(StringComparer.Ordinal);
    private readonly List<WrittenRecord> _records = [];
    private StreamLog? _stream;
    private StreamArn? _latest;

    internal InMemoryTable(StreamRegistry registry, string name, InMemoryTableOptions options)
    {
        _registry = registry;
        _options = options;
        Name = name;
        if (options.StreamEnabled)
            EnableStream(options.View);
    }

    /// <summary>Gets the table's name.</summary>
    public string Name { get; }

    /// <summary>Gets the items by their keys, both as typed JSON.</summary>
    public IReadOnlyDictionary<string, string> Items
    {
        get
        {
            lock (_registry.Gate)
                return _items.ToDictionary(item => item.Key, item => TypedJson.Write(item.Value), StringComparer.Ordinal);
        }
    }

    /// <summary>Gets every record that was ever put into a stream of the table, the trimmed ones included, in the order of the writes.</summary>
    public IReadOnlyList<WrittenRecord> Records
    {
        get
        {
            lock (_registry.Gate)
                return [.. _records];
        }
    }

    /// <summary>Writes an item, whether there was one or not.</summary>
    /// <param name="typedJson">The item, as typed JSON.</param>
    /// <returns>The record; null when nothing changed or the table has no stream now.</returns>
    /// <exception cref="ArgumentException">The text is no item, or lacks a key.</exception>
    public WrittenRecord? Put(string typedJson)
    {
        var item = TypedJson.ParseItem(typedJson);
        lock (_registry.Gate)
            return Store(KeysOf(item), item, isExpiry: false);
    }

    /// <inheritdoc cref="Put(string)"/>
    /// <param name="item">The item.</param>
    public WrittenRecord? Put(TestItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Put(item.ToString());
    }

    /// <summary>Sets attributes of an item and keeps its others; makes the item where there is none.</summary>
    /// <param name="typedJson">The item's keys and the attributes to set, as typed JSON.</param>
    /// <returns>The record; null when nothing changed or the table has no stream now.</returns>
    /// <exception cref="ArgumentException">The text is no item, or lacks a key.</exception>
    public WrittenRecord? Update(string typedJson)
    {
        var changes = TypedJson.ParseItem(typedJson);
        lock (_registry.Gate)
        {
            var keys = KeysOf(changes);
            var item = _items.TryGetValue(keys, out var old) ? (JsonObject)old.DeepClone() : [];
            foreach (var (name, value) in changes)
                item[name] = value!.DeepClone();
            return Store(keys, item, isExpiry: false);
        }
    }

    /// <inheritdoc cref="Update(string)"/>
    /// <param name="item">The item's keys and the attributes to set.</param>
    public WrittenRecord? Update(TestItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Update(item.ToString());
    }

    /// <summary>Deletes an item, if there is one.</summary>
    /// <param name="typedJson">The item's keys, as typed JSON; other attributes are not looked at.</param>
    /// <returns>The record; null when there was no item or the table has no stream now.</returns>
    /// <exception cref="ArgumentException">The text lacks a key.</exception>
    public WrittenRecord? Delete(string typedJson) => Remove(typedJson, isExpiry: false);

    /// <inheritdoc cref="Delete(string)"/>
    /// <param name="keys">The item's keys; other attributes are not looked at.</param>
    public WrittenRecord? Delete(TestItem keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Delete(keys.ToString());
    }

    /// <summary>Deletes an item as time to live does: its record says that the service made the change.</summary>
    /// <param name="typedJson">The item's keys, as typed JSON; other attributes are not looked at.</param>
    /// <returns>The record; null when there was no item or the table has no stream now.</returns>
    /// <exception cref="ArgumentException">The text lacks a key.</exception>
    public WrittenRecord? Expire(string typedJson) => Remove(typedJson, isExpiry: true);

    /// <inheritdoc cref="Expire(string)"/>
    /// <param name="keys">The item's keys; other attributes are not looked at.</param>
    public WrittenRecord? Expire(TestItem keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Expire(keys.ToString());
    }

    /// <summary>Puts a record into the stream whose new image need not be an item: what a handler makes of a malformed record. The table's items stay as they are.</summary>
    /// <param name="typedKeys">The record's keys, as typed JSON. They must be in order, since they say which shard takes the record.</param>
    /// <param name="newImage">Any JSON.</param>
    /// <returns>The record.</returns>
    /// <exception cref="ArgumentException">The keys are none.</exception>
    /// <exception cref="InvalidOperationException">The table has no stream now.</exception>
    public WrittenRecord AppendMalformed(string typedKeys, string newImage)
    {
        var item = TypedJson.ParseItem(typedKeys);
        lock (_registry.Gate)
            return Append(KeysOf(item), EventName.Insert, newImage, null, isExpiry: false) ?? throw NoStream();
    }

    internal TableDescription Describe() => new(Name, _latest, _stream is not null);

    private WrittenRecord? Remove(string typedJson, bool isExpiry)
    {
        var item = TypedJson.ParseItem(typedJson);
        lock (_registry.Gate)
            return Store(KeysOf(item), null, isExpiry);
    }

    private WrittenRecord? Store(string keys, JsonObject? item, bool isExpiry)
    {
        var old = _items.GetValueOrDefault(keys);
        if (old is null ? item is null : JsonNode.DeepEquals(old, item))
            return null;
        if (item is null)
            _items.Remove(keys);
        else
            _items[keys] = item;
        var name = old is null ? EventName.Insert : item is null ? EventName.Remove : EventName.Modify;
        return Append(keys, name, RecordJson.TextOf(item), RecordJson.TextOf(old), isExpiry);
    }

    private WrittenRecord? Append(string keys, EventName name, string? newImage, string? oldImage, bool isExpiry)
    {
        if (_stream is not { } stream)
            return null;
        var shard = stream.OpenShardOf(PartitionOf(keys));
        var record = new WrittenRecord(stream.Arn, shard.Id, _registry.NextNumber(), _registry.NextEventId(), name, keys, _registry.WholeSecond);
        var json = RecordJson.Write(
            record,
            stream.ViewType,
            stream.View is StreamView.NewImage or StreamView.NewAndOldImages ? newImage : null,
            stream.View is StreamView.OldImage or StreamView.NewAndOldImages ? oldImage : null,
            isExpiry);
        shard.Append(new LogEntry(record.SequenceNumber, record.CreatedAt, json));
        _records.Add(record);
        return record;
    }

    private string KeysOf(JsonObject item)
    {
        var keys = new JsonObject { [_options.PartitionKey] = KeyOf(item, _options.PartitionKey) };
        if (_options.SortKey is { } sortKey)
            keys[sortKey] = KeyOf(item, sortKey);
        return TypedJson.Write(keys);
    }

    private static JsonNode KeyOf(JsonObject item, string name)
    {
        if (item[name] is not JsonObject key)
            throw new ArgumentException($"The item lacks the key '{name}'.", nameof(item));
        return key.First().Key is "S" or "N" or "B" ? key.DeepClone() : throw new ArgumentException($"The key '{name}' is not an S, an N or a B.", nameof(item));
    }

    private string PartitionOf(string keys) => TypedJson.Write(JsonNode.Parse(keys)![_options.PartitionKey]!);

    private InvalidOperationException NoStream() => new($"The stream of table '{Name}' is not enabled.");
}
