using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker.Batches;

public sealed partial class ConsumerBuilder
{
    /// <summary>Checks, at start, that a window can begin: that an empty object is a state.</summary>
    private Action? _checkState;

    /// <summary>Gets whether the consumer's handler is one of tumbling windows, which needs batches that belong to one.</summary>
    public bool HandlesWindows => _checkState is not null;

    /// <summary>Handles the batches of tumbling windows with a function that carries a state. Layers around records do not apply.</summary>
    /// <typeparam name="TState">The state: a class or record that is written as a JSON object, and can be read from an empty one.</typeparam>
    /// <param name="state">How the state is read and written: generated code (<c>TotalsJson.Default.Totals</c>), so that nothing is reflected on.</param>
    /// <param name="handler">Gets the records and the window with its state, and gives the next state back. It reports failure by throwing, or by <see cref="WindowContext{TState}.AddFailure"/>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already, or layers around records.</exception>
    public ConsumerBuilder HandleWindow<TState>(JsonTypeInfo<TState> state, Func<IReadOnlyList<StreamRecord>, WindowContext<TState>, CancellationToken, ValueTask<TState>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return SetWindow(state, _ => handler);
    }

    /// <summary>Handles the batches of tumbling windows with a class that carries a state. Layers around records do not apply.</summary>
    /// <typeparam name="THandler">The handler's type. It is registered as scoped unless it is registered already; one scope is made for each batch.</typeparam>
    /// <typeparam name="TState">The state: a class or record that is written as a JSON object, and can be read from an empty one.</typeparam>
    /// <param name="state">How the state is read and written: generated code (<c>TotalsJson.Default.Totals</c>), so that nothing is reflected on.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already, or layers around records.</exception>
    public ConsumerBuilder HandleWindow<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TState>(JsonTypeInfo<TState> state)
        where THandler : class, IWindowHandler<TState>
    {
        SetWindow(state, static scope => scope.GetRequiredService<THandler>().HandleAsync);
        return Require<THandler>();
    }

    private ConsumerBuilder SetWindow<TState>(
        JsonTypeInfo<TState> state,
        Func<IServiceProvider, Func<IReadOnlyList<StreamRecord>, WindowContext<TState>, CancellationToken, ValueTask<TState>>> handler)
    {
        ArgumentNullException.ThrowIfNull(state);
        ThrowIfRecordsHaveLayers();
        ThrowIfHandled();
        var run = new WindowRun<TState>(Name, state, _options);
        _batchHandler = scope => (records, context, cancellationToken) => run.RunAsync(() => handler(scope), records, context, cancellationToken);
        _checkState = run.ThrowIfNoWindowCanBegin;
        _handlesBatches = true;
        return this;
    }
}
