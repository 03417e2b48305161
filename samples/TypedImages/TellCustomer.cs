namespace StreamWorker.Samples.TypedImages;

/// <summary>Tells the customer when the status of an order changes.</summary>
internal sealed class TellCustomer : IRecordHandler<Order>
{
    public async ValueTask HandleAsync(StreamRecord<Order> record, RecordContext context, CancellationToken cancellationToken)
    {
        if (record.NewImage is not { } order)
            return; // The order was removed.
        if (order.Status != record.OldImage?.Status)
            await Console.Out.WriteLineAsync($"Order {order.Id} is {order.Status}.".AsMemory(), cancellationToken);
    }
}
