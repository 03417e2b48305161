namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>What one entry of a list of conditions asks of a value.</summary>
internal enum ConditionKind
{
    /// <summary>It is this text.</summary>
    Text,

    /// <summary>It is this number, written the same way (F6).</summary>
    Number,

    /// <summary>It is true, false or null.</summary>
    Literal,

    /// <summary>It is this text but for upper and lower case.</summary>
    EqualsIgnoreCase,

    /// <summary>It is there and none of these (F14).</summary>
    AnythingBut,

    /// <summary>It is a JSON number in this range (F8).</summary>
    Numeric,

    /// <summary>It is a number in this range, as JSON number or as the text of one. Not in Lambda.</summary>
    TypedNumeric,

    /// <summary>It is there.</summary>
    Exists,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is a text that begins so.</summary>
    Prefix,

    /// <summary>It is a text that ends so.</summary>
    Suffix,
}
