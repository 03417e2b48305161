namespace StreamWorker.AotSmoke;

internal sealed class SumOrders : IWindowHandler<Totals>
{
    public ValueTask<Totals> HandleAsync(IReadOnlyList<StreamRecord> records, WindowContext<Totals> context, CancellationToken cancellationToken) =>
        new(new Totals(context.State.Orders + records.Count, context.State.Sum + records.Sum(record => record.NewImage!.GetDecimal("total"))));
}
