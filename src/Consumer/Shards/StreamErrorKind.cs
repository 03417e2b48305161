namespace StreamWorker.Consumer.Shards;

/// <summary>What kind of trouble a call to the service met, and so what helps.</summary>
public enum StreamErrorKind
{
    /// <summary>The iterator is older than 15 minutes: take a new one behind the last record that was read.</summary>
    ExpiredIterator,

    /// <summary>The position is older than what the stream keeps: records are lost.</summary>
    Trimmed,

    /// <summary>Too many calls, or too many readers of a shard: back off.</summary>
    Throttled,

    /// <summary>The stream or the shard is not known: look again what there is.</summary>
    NotFound,

    /// <summary>The service failed: try again.</summary>
    ServiceFault,

    /// <summary>No answer, half an answer, or none in time: try again.</summary>
    Unreachable,

    /// <summary>Credentials or permissions are wrong: somebody must act, and trying again in haste does not help.</summary>
    AccessDenied,

    /// <summary>The service refuses the request as it is: somebody must act.</summary>
    InvalidRequest,
}
