namespace StreamWorker.Simulation;

/// <summary>Takes the result of an operation of a model in memory, which is done when it returns.</summary>
internal static class AtOnce
{
    public static T ResultOf<T>(ValueTask<T> operation)
    {
        if (!operation.IsCompleted)
            throw new InvalidOperationException("The model does not answer at once.");
#pragma warning disable VSTHRD002 // it has completed
        return operation.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
