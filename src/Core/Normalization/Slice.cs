namespace StreamWorker.Normalization;

/// <summary>A range of received bytes. The default stands for "not there".</summary>
internal readonly record struct Slice(int Start, int Length)
{
    public bool IsAbsent => Length == 0;
}
