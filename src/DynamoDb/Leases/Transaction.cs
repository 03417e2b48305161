using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace StreamWorker.DynamoDb.Leases;

/// <summary>Runs a transaction, again and again for a moment where it meets another one.</summary>
internal static class Transaction
{
    private const int ConflictAttempts = 4;
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(50);

    /// <returns>Null when it was applied; for each write why it was not when a condition was refused.</returns>
    public static async ValueTask<List<CancellationReason>?> RunAsync(IAmazonDynamoDB client, List<TransactWriteItem> items, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ;)
        {
            try
            {
                await client.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = items }, cancellationToken);
                return null;
            }
            catch (TransactionCanceledException cancelled) when (cancelled.CancellationReasons is { Count: > 0 } reasons)
            {
                if (reasons.Exists(reason => reason.Code is "ConditionalCheckFailed"))
                    return reasons;
                if (++conflicts == ConflictAttempts)
                    throw;
                await Task.Delay(ConflictPause * (1 << conflicts), time, cancellationToken);
            }
        }
    }
}
