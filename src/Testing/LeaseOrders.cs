using StreamWorker.Consumer.Leases;

namespace StreamWorker.Testing;

/// <summary>What operators have ordered, and the entries that remember it. Whoever uses it holds the lock of its <see cref="InMemoryLeaseStore"/>.</summary>
internal sealed class LeaseOrders
{
    private readonly Dictionary<(string Application, string Consumer), ConsumerControl> _controls = [];
    private readonly Dictionary<LeaseScope, ResetOrder> _resets = [];
    private readonly Dictionary<(string Application, string Consumer, long Number), OperationEntry> _entries = [];

    public ResetOrder? ResetOf(LeaseScope scope) => _resets.GetValueOrDefault(scope);

    public IReadOnlyList<ConsumerControl> ControlsOf(string application) => [.. _controls.Where(entry => entry.Key.Application == application).Select(entry => entry.Value)];

    public IReadOnlyList<OperationEntry> EntriesOf(string application, string consumer) =>
        [.. _entries.Where(entry => entry.Key.Application == application && entry.Key.Consumer == consumer).Select(entry => entry.Value).OrderBy(entry => entry.Number)];

    public bool Command(ConsumerCommand command)
    {
        var consumer = command.Next.Consumer;
        // A command that was applied and is sent again finds its own entry.
        if (_entries.TryGetValue((command.Application, consumer, command.Entry.Number), out var there))
            return there with { From = null, DoneAt = null } == command.Entry;
        if ((_controls.GetValueOrDefault((command.Application, consumer))?.Number ?? 0) != command.Observed.Number)
            return false;
        if (command is { Scope: { } scope, Reset: { } reset })
        {
            if (ResetOf(scope)?.Generation >= reset.Generation)
                return false;
            _resets[scope] = reset;
        }

        _controls[(command.Application, consumer)] = command.Next;
        _entries[(command.Application, consumer, command.Entry.Number)] = command.Entry;
        _entries.Remove((command.Application, consumer, command.Entry.Number - OperationEntry.MostKept));
        return true;
    }

    public bool Complete(LeaseScope scope, ResetOrder order, string from, DateTimeOffset doneAt)
    {
        var key = (scope.Application, scope.Consumer, order.Operation);
        if (_entries.TryGetValue(key, out var entry) && entry.DoneAt is null)
            _entries[key] = entry with { From = from, DoneAt = doneAt };
        if (ResetOf(scope) is not { } stored || stored.Generation != order.Generation)
            return false;
        _resets[scope] = stored with { IsPending = false };
        return true;
    }
}
