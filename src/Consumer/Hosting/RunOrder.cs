namespace StreamWorker.Consumer.Hosting;

/// <summary>What the run of a shard is to do.</summary>
internal enum RunOrder
{
    /// <summary>To read and deliver.</summary>
    Work,

    /// <summary>To finish what is in the handler, store the position, and hold the lease without doing anything.</summary>
    Stand,

    /// <summary>To finish what is in the handler, store the position, and give the lease back.</summary>
    GiveBack,
}
