using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Pipeline;

namespace StreamWorker.Batches;

public sealed partial class ConsumerBuilder
{
    /// <summary>Handles each record, its images as objects, with a class.</summary>
    /// <typeparam name="THandler">The handler's type. It is registered as scoped unless it is registered already; one scope is made for each record.</typeparam>
    /// <typeparam name="T">What the images are read as.</typeparam>
    /// <param name="image">How an image is read: generated code (<c>OrderJson.Default.Order</c>), so that nothing is reflected on.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already.</exception>
    public ConsumerBuilder Handle<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, T>(JsonTypeInfo<T> image)
        where THandler : class, IRecordHandler<T>
        where T : class
    {
        Handle(image, static (record, context, cancellationToken) =>
            context.Services.GetRequiredService<THandler>().HandleAsync(record, context, cancellationToken));
        return Require<THandler>();
    }

    /// <summary>Handles each record, its images as objects, with a function.</summary>
    /// <typeparam name="T">What the images are read as.</typeparam>
    /// <param name="image">How an image is read: generated code (<c>OrderJson.Default.Order</c>), so that nothing is reflected on.</param>
    /// <param name="handler">The handler. It reports failure by throwing.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The consumer has a handler already.</exception>
    public ConsumerBuilder Handle<T>(JsonTypeInfo<T> image, RecordDelegate<T> handler)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(handler);
        return Handle((record, context, cancellationToken) => handler(new StreamRecord<T>(record, image), context, cancellationToken));
    }
}
