namespace StreamWorker.Consumer.Hosting;

/// <summary>Where a consumer starts that has never run before.</summary>
public enum StartingPosition
{
    /// <summary>The oldest records that the stream still has (<c>TRIM_HORIZON</c>).</summary>
    TrimHorizon,

    /// <summary>Changes that are made after the start (<c>LATEST</c>). The start is stored: changes made while a worker restarts are not lost.</summary>
    Latest,
}
