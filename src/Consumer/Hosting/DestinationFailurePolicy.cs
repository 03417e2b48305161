namespace StreamWorker.Consumer.Hosting;

/// <summary>What happens to records that are given up while their failure destination cannot be reached.</summary>
public enum DestinationFailurePolicy
{
    /// <summary>They are kept, and the destination is tried again: nothing is lost, and their part of the shard waits. The default.</summary>
    Block,

    /// <summary>They are lost, as with Lambda's event source mapping: logged at level Critical and counted.</summary>
    Discard,
}
