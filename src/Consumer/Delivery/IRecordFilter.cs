namespace StreamWorker.Consumer.Delivery;

/// <summary>Says which records a consumer wants. The others are passed over: counted, never handed over, and the position moves on behind them.</summary>
/// <remarks>Asked once for each record, in stream order, and for several shards at the same time. The answer depends on nothing but the record.</remarks>
public interface IRecordFilter
{
    /// <summary>Tells whether a record is wanted.</summary>
    /// <param name="record">The record. It is not to be kept.</param>
    /// <returns>True when it is to be handed over.</returns>
    bool Matches(StreamRecord record);
}
