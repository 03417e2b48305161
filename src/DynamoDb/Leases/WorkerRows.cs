using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The form of a worker's heartbeat in the table.</summary>
internal static class WorkerRows
{
    public const string SortPrefix = "worker#";

    /// <summary>What the keys of workers and of the orders for consumers have in common: one query reads both.</summary>
    public const string ListPrefix = "worker";
    public const string Worker = "worker";
    public const string Beat = "beat";
    public const string Fenced = "fenced";
    public const string Leaving = "leaving";

    // A lease's partition has three parts, so it is never this one, whatever the consumer's name.
    public static string PartitionOf(string application) => Attributes.Escape(application) + "/workers";

    public static Row KeyOf(string application, WorkerIdentity worker) =>
        Attributes.Key(PartitionOf(application), $"{SortPrefix}{Attributes.Escape(worker.WorkerId)}#{Attributes.Escape(worker.Incarnation)}");

    public static Row New(string application, WorkerIdentity worker, long beat)
    {
        var row = KeyOf(application, worker);
        row[Attributes.Schema] = Attributes.Number(Attributes.CurrentSchema);
        row[Worker] = Attributes.Text(worker.WorkerId);
        row[Attributes.Incarnation] = Attributes.Text(worker.Incarnation);
        row[Beat] = Attributes.Number(beat);
        row[Fenced] = Attributes.Flag(false);
        return row;
    }

    public static WorkerRow Read(Row row)
    {
        var reader = new RowReader(row);
        return new WorkerRow(new WorkerIdentity(reader.Text(Worker), reader.Text(Attributes.Incarnation)), reader.Number(Beat), reader.Flag(Fenced))
        {
            IsLeaving = reader.OptionalFlag(Leaving),
        };
    }
}
