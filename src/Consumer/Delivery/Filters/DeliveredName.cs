namespace StreamWorker.Consumer.Delivery.Filters;

/// <summary>Gives names as they are in the record that is delivered.</summary>
internal static class DeliveredName
{
    /// <summary>Gives the name of a member of <c>userIdentity</c>, which begins in upper case on the Streams wire and in lower case in Lambda's event (S54, F17).</summary>
    public static ReadOnlySpan<byte> OfIdentity(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("Type"u8) ? "type"u8 : name.SequenceEqual("PrincipalId"u8) ? "principalId"u8 : name;
}
