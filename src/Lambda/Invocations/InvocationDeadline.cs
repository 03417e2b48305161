namespace StreamWorker.Lambda.Invocations;

/// <summary>When an invocation must be stopped and answered, counted from its arrival. Both are infinite when it has no deadline.</summary>
/// <param name="Stop">When the handler's token is cancelled.</param>
/// <param name="Answer">When the answer is sent, with or without the handler. Zero when the invocation is over already.</param>
internal readonly record struct InvocationDeadline(TimeSpan Stop, TimeSpan Answer)
{
    // Longer than any invocation and shorter than what a timer can hold.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    public static InvocationDeadline None { get; } = new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Gets whether there is no time left to do anything.</summary>
    public bool IsOver => Answer == TimeSpan.Zero;

    /// <summary>Places the moments: the margin is at most half of the time that is left, and the answer is due in its middle.</summary>
    public static InvocationDeadline Of(DateTimeOffset? deadline, TimeSpan margin, DateTimeOffset now)
    {
        if (deadline is not { } end || end - now > s_longest)
            return None;
        var left = end > now ? end - now : TimeSpan.Zero;
        var kept = margin < left / 2 ? margin : left / 2;
        return new InvocationDeadline(left - kept, left - (kept / 2));
    }
}
