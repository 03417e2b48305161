namespace StreamWorker.Testing.Running;

/// <summary>Code of the test's author at work: a handler, or a hook that holds a call back.</summary>
internal sealed class UserCall(HarnessWorker worker)
{
    /// <summary>Gets the worker that it works for.</summary>
    public HarnessWorker Worker => worker;
}
