namespace StreamWorker.Normalization;

/// <summary>What is wrong with the text of a number.</summary>
internal enum NumberFault
{
    None,

    /// <summary>It is not written as a number.</summary>
    NotANumber,

    /// <summary>It has more digits than DynamoDB keeps, or is further from zero or nearer to it.</summary>
    OutOfRange,
}
