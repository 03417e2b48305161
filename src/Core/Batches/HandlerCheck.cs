using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker.Batches;

/// <summary>Makes every handler and layer of a consumer once, so that one that cannot be made is a fault at start and not a record that fails for ever.</summary>
internal static class HandlerCheck
{
    /// <summary>Makes what is made anew for each record or batch, and throws it away.</summary>
    public static void Resolve(string consumer, IEnumerable<Type> types, IServiceProvider provider)
    {
        var scope = provider.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        try
        {
            foreach (var type in types)
                Make(consumer, type.Name, scope.ServiceProvider.GetRequiredService, type);
        }
        finally
        {
            // Runs once, at start, where there is no context to deadlock on; the services may only support asynchronous disposal.
#pragma warning disable VSTHRD002
            scope.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
    }

    /// <summary>Makes a layer that serves the whole life of a consumer.</summary>
    public static TLayer Make<TLayer>(string consumer, Func<IServiceProvider, TLayer> layer, IServiceProvider provider)
        where TLayer : class =>
        Make(consumer, "a layer", layer, provider) ?? throw new InvalidOperationException($"Consumer '{consumer}': a layer cannot be made: its function gave no {typeof(TLayer).Name}.");

    private static TMade Make<TFrom, TMade>(string consumer, string name, Func<TFrom, TMade> make, TFrom from)
    {
        try
        {
            return make(from);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"Consumer '{consumer}': {name} cannot be made: {e.Message}", e);
        }
    }
}
