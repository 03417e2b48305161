using System.Text.Json.Serialization.Metadata;
using StreamWorker.Diagnostics;

namespace StreamWorker;

/// <summary>One change of one item, its images as objects.</summary>
/// <typeparam name="T">What the images are read as.</typeparam>
/// <remarks>
/// An image is read when it is first asked for, and is the same object from then on. The objects may be kept; <see cref="Record"/> and what is read from it is valid while
/// the record is being handled. Reading is safe from several threads.
/// </remarks>
public sealed class StreamRecord<T>
    where T : class
{
    private readonly JsonTypeInfo<T> _image;
    private T? _newImage;
    private T? _oldImage;

    /// <summary>Makes a typed view of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="image">How an image is read: generated code (<c>OrderJson.Default.Order</c>), so that nothing is reflected on.</param>
    public StreamRecord(StreamRecord record, JsonTypeInfo<T> image)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(image);
        Record = record;
        _image = image;
    }

    /// <summary>Gets the record itself, with all that is not an object: numbers of any size, the time of the change, who made it.</summary>
    public StreamRecord Record { get; }

    /// <summary>Gets what happened to the item.</summary>
    /// <exception cref="RecordFormatException">The member is missing or has an unknown value.</exception>
    public EventName EventName => Record.EventName;

    /// <summary>Gets the key attributes of the item. They are there for every record, also when no image is.</summary>
    /// <exception cref="RecordFormatException">The member is missing.</exception>
    public Item Keys => Record.Keys;

    /// <summary>Gets the item as it is after the change.</summary>
    /// <value>Null for a removed item (<see cref="EventName.Remove"/>), and when the stream carries no new images (<see cref="StreamRecord.StreamViewType"/>).</value>
    /// <exception cref="RecordFormatException">An attribute of the image is malformed or does not fit <typeparamref name="T"/>.</exception>
    public T? NewImage => _newImage ??= Record.NewImage?.To(_image);

    /// <summary>Gets the item as it was before the change.</summary>
    /// <value>Null for a new item (<see cref="EventName.Insert"/>), and when the stream carries no old images (<see cref="StreamRecord.StreamViewType"/>).</value>
    /// <exception cref="RecordFormatException">An attribute of the image is malformed or does not fit <typeparamref name="T"/>.</exception>
    public T? OldImage => _oldImage ??= Record.OldImage?.To(_image);
}
