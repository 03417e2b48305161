namespace StreamWorker.Consumer.Shards;

/// <summary>Where in its shard a reader is: behind a record, or, while it has not seen any, where its first iterator led. Two readers at one place are to get the same records.</summary>
/// <param name="After">The last record that was read; null when none was.</param>
/// <param name="Origin">While none was read: the iterator that reading began with, <see cref="Horizon"/> for the oldest record there is, or the record to begin with. Else null.</param>
internal readonly record struct ReadPlace(SequenceNumber? After, string? Origin)
{
    private const string Horizon = "TRIM_HORIZON";

    /// <summary>Gets the place behind a record, or at the oldest record that the shard has.</summary>
    public static ReadPlace Behind(SequenceNumber? record) => record is null ? new ReadPlace(null, Horizon) : new ReadPlace(record, null);

    /// <summary>Gets the place before a record, whatever was before it.</summary>
    public static ReadPlace At(SequenceNumber record) => new(null, $"AT_SEQUENCE_NUMBER:{record}");

    /// <summary>Gets the place that an iterator leads to of which nothing else is known.</summary>
    public static ReadPlace Of(string iterator) => new(null, iterator);
}
