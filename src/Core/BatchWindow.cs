namespace StreamWorker;

/// <summary>The tumbling window that a batch belongs to, and the state that earlier calls of it have left.</summary>
/// <remarks>A window is of one shard. It is called with its records, batch by batch, each time with the state that the call before gave back; its last call is the one with <see cref="IsFinalInvokeForWindow"/>.</remarks>
public sealed class BatchWindow
{
    /// <summary>The most bytes of state that go on to the next call: 1 MiB. With more the window ends early.</summary>
    public const int MaximumStateLength = 1024 * 1024;

    private static readonly byte[] s_first = "{}"u8.ToArray();

    /// <summary>Gets the window's start, inclusive.</summary>
    /// <value>In UTC and whole seconds; a multiple of the window's length since 1970.</value>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Gets the window's end, exclusive: the start of the next one.</summary>
    /// <value>In UTC and whole seconds.</value>
    public required DateTimeOffset End { get; init; }

    /// <summary>Gets the state: a JSON object in UTF-8.</summary>
    /// <value>The default is <c>{}</c>, which is the state of a window that begins.</value>
    public ReadOnlyMemory<byte> State { get; init; } = s_first;

    /// <summary>Gets whether this is the window's last call. Its batch may be empty, and the state that it gives back is dropped.</summary>
    public bool IsFinalInvokeForWindow { get; init; }

    /// <summary>Gets whether the window ends before its time because its state has more than <see cref="MaximumStateLength"/> bytes.</summary>
    public bool IsWindowTerminatedEarly { get; init; }

    /// <summary>Makes what another call of the same window is given.</summary>
    /// <param name="state">The state: a JSON object in UTF-8.</param>
    /// <param name="isFinal">Whether it is the window's last call.</param>
    /// <returns>The window for that call.</returns>
    public BatchWindow With(ReadOnlyMemory<byte> state, bool isFinal) => new()
    {
        Start = Start,
        End = End,
        State = state,
        IsFinalInvokeForWindow = isFinal,
        IsWindowTerminatedEarly = isFinal && IsWindowTerminatedEarly,
    };
}
