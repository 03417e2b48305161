namespace StreamWorker.Samples.ClassHandler;

/// <summary>Keeps a search index in step with the table. Writing a document twice does no harm, so that a second delivery does none either.</summary>
internal sealed class IndexOrder(SearchClient search) : IRecordHandler
{
    public async ValueTask HandleAsync(StreamRecord record, RecordContext context, CancellationToken cancellationToken)
    {
        var id = record.Keys.GetString("id");
        if (record.EventName is EventName.Remove)
            await search.DeleteAsync(id, cancellationToken);
        else
            await search.PutAsync(id, record.NewImage!, cancellationToken);
    }
}
