namespace StreamWorker.Consumer.Leases;

/// <summary>
/// Finds silent workers. A worker is silent when its heartbeat has been seen unchanged for a whole lease duration on this observer's own clock;
/// the first sight counts as fresh. Owned by the loop that looks.
/// </summary>
internal sealed class WorkerObserver(TimeSpan leaseDuration, TimeProvider time)
{
    private readonly Dictionary<string, Sighting> _sightings = new(StringComparer.Ordinal);

    /// <summary>Takes note of a listing.</summary>
    /// <param name="rows">The workers, as just listed.</param>
    /// <param name="askedAt">The timestamp that was read before the listing was asked for: what it shows may be as old as that.</param>
    /// <returns>The workers that are silent.</returns>
    public IReadOnlyList<WorkerRow> Observe(IReadOnlyList<WorkerRow> rows, long askedAt)
    {
        var now = time.GetTimestamp();
        var silent = new List<WorkerRow>();
        foreach (var row in rows)
        {
            var key = row.Worker.Incarnation;
            if (!_sightings.TryGetValue(key, out var sighting) || sighting.Beat != row.Beat)
                _sightings[key] = new Sighting(row.Beat, now);
            else if (time.GetElapsedTime(sighting.Since, askedAt) >= leaseDuration)
                silent.Add(row);
        }

        foreach (var gone in _sightings.Keys.Except(rows.Select(row => row.Worker.Incarnation), StringComparer.Ordinal).ToList())
            _sightings.Remove(gone);
        return silent;
    }

    private readonly record struct Sighting(long Beat, long Since);
}
