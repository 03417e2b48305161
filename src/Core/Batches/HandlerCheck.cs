using Microsoft.Extensions.DependencyInjection;

namespace StreamWorker.Batches;

/// <summary>Makes every handler and layer of a consumer once, so that one that cannot be made is a fault at start and not a record that fails for ever.</summary>
internal static class HandlerCheck
{
    public static void Resolve(string consumer, IEnumerable<Type> types, IServiceProvider provider)
    {
        var scope = provider.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        try
        {
            foreach (var type in types)
                Resolve(consumer, type, scope.ServiceProvider);
        }
        finally
        {
            // Runs once, at start, where there is no context to deadlock on; the services may only support asynchronous disposal.
#pragma warning disable VSTHRD002
            scope.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
    }

    private static void Resolve(string consumer, Type type, IServiceProvider services)
    {
        try
        {
            services.GetRequiredService(type);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"Consumer '{consumer}': {type.Name} cannot be made: {e.Message}", e);
        }
    }
}
