using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace StreamWorker.Consumer.Delivery;

/// <summary>
/// Divides records among lanes, those of one item always into the same one. An item with a failed record has a lane of its own for as long as that is held up. Owned by the delivery loop.
/// </summary>
internal sealed class LaneSet
{
    private readonly DeliveryOptions _options;
    private readonly Action<PendingRecord> _detach;
    private readonly TimeProvider _time;
    private readonly DeliveryLane[] _lanes;
    private readonly Dictionary<string, DeliveryLane> _held = new(StringComparer.Ordinal);
    private long? _nextAt;

    /// <summary>Makes the lanes.</summary>
    /// <param name="options">How many there are, and how batches are made.</param>
    /// <param name="detach">Lets a record that is held up stay without its page.</param>
    /// <param name="time">The time.</param>
    public LaneSet(DeliveryOptions options, Action<PendingRecord> detach, TimeProvider time)
    {
        (_options, _detach, _time) = (options, detach, time);
        _lanes = [.. Enumerable.Range(0, options.Lanes).Select(_ => new DeliveryLane(null, time.GetTimestamp()))];
    }

    /// <summary>Gets the first lane: the only one where there are windows.</summary>
    public DeliveryLane First => _lanes[0];

    /// <summary>Gets how many items are held up.</summary>
    public int HeldItems => _held.Count;

    /// <summary>Gets the trouble of the first lane that is in any; null when none is.</summary>
    public string? Error => All.Select(lane => lane.Error).FirstOrDefault(error => error is not null);

    private IEnumerable<DeliveryLane> All => _held.Count == 0 ? _lanes : _lanes.Concat(_held.Values);

    public void Add(PendingRecord record)
    {
        if (_held.Count > 0 && _held.TryGetValue(record.Key, out var held))
        {
            held.Add(record);
            _detach(record);
        }
        else
            _lanes[_lanes.Length == 1 ? 0 : LaneOf(record.Key)].Add(record);
    }

    /// <summary>Gives an item a lane of its own, with all of its records that are in the lane where one of them failed.</summary>
    public DeliveryLane Hold(DeliveryLane from, HeldItem held)
    {
        var key = held.Piece.First.Key;
        var isOwn = from.Item == key;
        IReadOnlyList<PendingRecord> behind = isOwn ? held.Behind : [.. held.Behind, .. from.Extract(key)];
        var lane = isOwn ? from : _held[key] = new DeliveryLane(key, _time.GetTimestamp());
        _detach(held.Piece.First);
        foreach (var record in behind)
            _detach(record);
        lane.PutFirst(behind.Count == 0 ? [held.Piece] : [held.Piece, new BatchPiece(behind)]);
        return lane;
    }

    /// <summary>Ends the lane of an item with which nothing is left to do.</summary>
    public void EndIfDone(DeliveryLane lane)
    {
        if (lane is { Item: { } item, IsEmpty: true, IsBusy: false })
            _held.Remove(item);
    }

    /// <summary>Gives the lanes that may hand something over now, and notes when the next of the others may. No more items are tried again at the same time than there are lanes.</summary>
    public IReadOnlyList<DeliveryLane> Ready(bool isEnd)
    {
        // One moment for all: a lane that just misses it is waited for, and not forgotten.
        var now = _time.GetTimestamp();
        _nextAt = null;
        var ready = new List<DeliveryLane>();
        foreach (var lane in _lanes)
        {
            if (IsReady(lane, isEnd, now))
                ready.Add(lane);
        }

        if (_held.Count == 0)
            return ready;
        var room = _lanes.Length - _held.Values.Count(lane => lane.IsBusy);
        // Where there is no room, one that is under way ends first.
        foreach (var lane in _held.Values)
        {
            if (IsReady(lane, isEnd, now) && room-- > 0)
                ready.Add(lane);
        }

        return ready;
    }

    /// <summary>Gives the time until a lane that was not ready when they were last looked at may hand something over; null when none waits for time.</summary>
    public TimeSpan? NextIn
    {
        get
        {
            if (_nextAt is not { } next)
                return null;
            var now = _time.GetTimestamp();
            return now >= next ? TimeSpan.Zero : _time.GetElapsedTime(now, next);
        }
    }

    private bool IsReady(DeliveryLane lane, bool isEnd, long now)
    {
        if (lane.ReadyAt(_options, _time, isEnd) is not { } at)
            return false;
        if (at <= now)
            return true;
        _nextAt = _nextAt < at ? _nextAt : at;
        return false;
    }

    // The same lane in every process, so that a run can be repeated.
    private int LaneOf(string key) => (int)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key.AsSpan())) % (ulong)_lanes.Length);
}
