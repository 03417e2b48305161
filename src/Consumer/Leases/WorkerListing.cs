using System.Collections.ObjectModel;

namespace StreamWorker.Consumer.Leases;

/// <summary>The workers of an application, and what was ordered for its consumers, seen in one look.</summary>
/// <param name="workers">The workers.</param>
public sealed class WorkerListing(IList<WorkerRow> workers) : ReadOnlyCollection<WorkerRow>(workers)
{
    /// <summary>Gets what was ordered, for each consumer for which anything ever was.</summary>
    public IReadOnlyList<ConsumerControl> Controls { get; init; } = [];

    /// <summary>Gives what was ordered for a consumer.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <returns>What was ordered; number 0 when nothing ever was.</returns>
    public ConsumerControl ControlOf(string consumer) =>
        Controls.FirstOrDefault(control => string.Equals(control.Consumer, consumer, StringComparison.Ordinal)) ?? ConsumerControl.Initial(consumer);
}
