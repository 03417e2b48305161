using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>Conditional writes of one lease row, alone where that will do and otherwise in one transaction with rows beside it.</summary>
internal sealed class LeaseWrites(LeaseTableCalls calls)
{
    /// <summary>Updates a lease row.</summary>
    /// <returns>Null when it is done; the row that is there, empty when there is none, when its condition was refused.</returns>
    public async ValueTask<Row?> UpdateAsync(string what, UpdateItemRequest update, IEnumerable<TransactWriteItem> beside, CancellationToken cancellationToken)
    {
        var item = new TransactWriteItem
        {
            Update = new Update
            {
                TableName = update.TableName,
                Key = update.Key,
                UpdateExpression = update.UpdateExpression,
                ConditionExpression = update.ConditionExpression,
                ExpressionAttributeNames = update.ExpressionAttributeNames,
                ExpressionAttributeValues = update.ExpressionAttributeValues,
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            },
        };
        List<TransactWriteItem> items = [item, .. beside];
        return items.Count > 1
            ? await TransactAsync(what, items, cancellationToken)
            : await AloneAsync(what, async token => await calls.Client.UpdateItemAsync(update, token), cancellationToken);
    }

    /// <summary>Deletes a lease row.</summary>
    /// <returns>As <see cref="UpdateAsync"/>.</returns>
    public async ValueTask<Row?> DeleteAsync(string what, DeleteItemRequest delete, IEnumerable<TransactWriteItem> beside, CancellationToken cancellationToken)
    {
        var item = new TransactWriteItem
        {
            Delete = new Delete
            {
                TableName = delete.TableName,
                Key = delete.Key,
                ConditionExpression = delete.ConditionExpression,
                ExpressionAttributeNames = delete.ExpressionAttributeNames,
                ExpressionAttributeValues = delete.ExpressionAttributeValues,
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            },
        };
        List<TransactWriteItem> items = [item, .. beside];
        return items.Count > 1
            ? await TransactAsync(what, items, cancellationToken)
            : await AloneAsync(what, async token => await calls.Client.DeleteItemAsync(delete, token), cancellationToken);
    }

    private async ValueTask<Row?> AloneAsync<T>(string what, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(what, call, cancellationToken);
            return null;
        }
        catch (ConditionalCheckFailedException refused)
        {
            return refused.Item ?? [];
        }
    }

    private async ValueTask<Row?> TransactAsync(string what, List<TransactWriteItem> items, CancellationToken cancellationToken)
    {
        var refused = await calls.RunAsync(what, token => Transaction.RunAsync(calls.Client, items, calls.Time, token), cancellationToken);
        return refused is null ? null : refused[0].Item ?? [];
    }
}
