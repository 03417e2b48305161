namespace StreamWorker.Consumer.Failures;

/// <summary>The kinds of place that take records which were given up.</summary>
public enum FailureDestinationKind
{
    /// <summary>A standard queue of SQS. It gets Lambda's message, which tells where the records are in the stream.</summary>
    Queue,

    /// <summary>A standard topic of SNS. It gets the same message, and cannot be read back.</summary>
    Topic,

    /// <summary>A bucket of S3. It gets Lambda's object: the message with the records in it.</summary>
    Bucket,

    /// <summary>A table of DynamoDB. It gets rows that hold the records.</summary>
    Table,

    /// <summary>A folder. It gets a file for each batch, with the records in it.</summary>
    Folder,
}
