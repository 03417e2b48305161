namespace StreamWorker.Consumer.Tests;

/// <summary>A filter that is a function of a record's number.</summary>
internal sealed class FuncFilter(Func<long, bool> matches) : IRecordFilter
{
    public bool Matches(StreamRecord record) => matches(Pages.NumberOf(record.SequenceNumber));
}
