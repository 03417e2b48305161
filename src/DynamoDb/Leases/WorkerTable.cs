using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using StreamWorker.Consumer.Leases;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>The workers' heartbeat rows.</summary>
/// <param name="calls">For everything but heartbeats.</param>
/// <param name="beats">For heartbeats: connections and a time-out of their own.</param>
internal sealed class WorkerTable(LeaseTableCalls calls, LeaseTableCalls beats)
{
    public async ValueTask<WorkerListing> ListAsync(string application, CancellationToken cancellationToken)
    {
        var rows = await calls.ListAsync(
            $"Listing the workers of application {application}", WorkerRows.PartitionOf(application), WorkerRows.ListPrefix, static row => row, cancellationToken);
        var workers = rows.Where(row => Attributes.HasSort(row, WorkerRows.SortPrefix)).Select(WorkerRows.Read).ToList();
        return new WorkerListing(workers) { Controls = [.. rows.Where(row => Attributes.HasSort(row, ControlRows.SortPrefix)).Select(ControlRows.Read)] };
    }

    public async ValueTask<bool> BeatAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(worker);
        try
        {
            return await beats.RunAsync($"The heartbeat of {worker.WorkerId}", token => beat <= 1 ? JoinAsync(application, worker, beat, token) : RenewAsync(application, worker, beat, token), cancellationToken);
        }
        catch (ConditionalCheckFailedException refused)
        {
            // The row shows this heartbeat already when its answer was lost.
            return refused.Item is { Count: > 0 } row && WorkerRows.Read(row) is { IsFenced: false } found && found.Beat >= beat;
        }
    }

    public async ValueTask<bool> FenceAsync(string application, WorkerRow observed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var request = calls.Update(
            WorkerRows.KeyOf(application, observed.Worker),
            "SET #fenced = :true",
            "#beat = :beat",
            Attributes.Names(WorkerRows.Fenced, WorkerRows.Beat),
            new Row(StringComparer.Ordinal) { [":true"] = Attributes.Flag(true), [":beat"] = Attributes.Number(observed.Beat) });
        try
        {
            await calls.RunAsync($"Fencing worker {observed.Worker.WorkerId}", async token => await calls.Client.UpdateItemAsync(request, token), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException refused)
        {
            return refused.Item is { Count: > 0 } row && WorkerRows.Read(row).IsFenced;
        }
    }

    public async ValueTask AnnounceLeavingAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(worker);
        var request = calls.Update(
            WorkerRows.KeyOf(application, worker),
            "SET #leaving = :true",
            "attribute_exists(pk)",
            Attributes.Names(WorkerRows.Leaving),
            new Row(StringComparer.Ordinal) { [":true"] = Attributes.Flag(true) });
        try
        {
            await calls.RunAsync($"Announcing that {worker.WorkerId} leaves", async token => await calls.Client.UpdateItemAsync(request, token), cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // The row is gone, and so there is nobody to look for what this worker holds in it.
        }
    }

    public async ValueTask RemoveAsync(string application, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(worker);
        var request = new DeleteItemRequest { TableName = calls.TableName, Key = WorkerRows.KeyOf(application, worker) };
        await calls.RunAsync($"Removing worker {worker.WorkerId}", async token => await calls.Client.DeleteItemAsync(request, token), cancellationToken);
    }

    private async ValueTask<bool> JoinAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken)
    {
        await beats.Client.PutItemAsync(
            new PutItemRequest
            {
                TableName = beats.TableName,
                Item = WorkerRows.New(application, worker, beat),
                ConditionExpression = "attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            },
            cancellationToken);
        return true;
    }

    private async ValueTask<bool> RenewAsync(string application, WorkerIdentity worker, long beat, CancellationToken cancellationToken)
    {
        await beats.Client.UpdateItemAsync(
            beats.Update(
                WorkerRows.KeyOf(application, worker),
                "SET #beat = :beat",
                "#fenced = :false AND #beat < :beat",
                Attributes.Names(WorkerRows.Fenced, WorkerRows.Beat),
                new Row(StringComparer.Ordinal) { [":false"] = Attributes.Flag(false), [":beat"] = Attributes.Number(beat) }),
            cancellationToken);
        return true;
    }
}
