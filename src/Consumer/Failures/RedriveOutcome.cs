namespace StreamWorker.Consumer.Failures;

/// <summary>What became of a batch of a failure destination.</summary>
public enum RedriveOutcome
{
    /// <summary>Its records were handled, and it was deleted. In a dry run: they would be delivered.</summary>
    Delivered,

    /// <summary>Not all of its records were delivered, because items have changed since. It stays where it is.</summary>
    Stale,

    /// <summary>No record of it passes the consumer's filter. It stays where it is.</summary>
    Unwanted,

    /// <summary>The stream does not have its records any more. It stays where it is.</summary>
    Trimmed,

    /// <summary>It cannot be read. It stays where it is.</summary>
    Unreadable,

    /// <summary>Its records could not be read, or their handler failed. It stays where it is.</summary>
    Failed,
}
