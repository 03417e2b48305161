namespace StreamWorker.Normalization;

/// <summary>Finds the members of one record. Their values are not looked at before somebody asks for them.</summary>
internal static class EnvelopeReader
{
    /// <summary>Moves over a record.</summary>
    /// <param name="walker">Where the record begins.</param>
    /// <param name="envelope">What was found; of duplicate members, the last.</param>
    /// <returns>False when nobody knows where the record ends.</returns>
    public static bool TryRead(ref JsonWalker walker, out RecordEnvelope envelope)
    {
        envelope = default;
        var isObject = walker.Next() == '{';
        var start = walker.Position;
        if (isObject && TryReadMembers(ref walker, ref envelope))
        {
            envelope.Whole = new Slice(start, walker.Position - start);
            return true;
        }

        // What its members are cannot be told; the structural scan still tells where it ends.
        walker.Position = start;
        envelope = new RecordEnvelope { IsMalformed = true };
        return walker.TryTakeValue(out envelope.Whole);
    }

    private static bool TryReadMembers(ref JsonWalker walker, ref RecordEnvelope envelope)
    {
        walker.TryTake('{');
        if (walker.TryTake('}'))
            return true;
        do
        {
            if (!walker.TryTakeName(out var name, out _))
                return false;
            if (name.SequenceEqual("dynamodb"u8) && walker.Next() == '{')
            {
                if (!TryReadChange(ref walker, ref envelope))
                    return false;
            }
            else if (!TryReadMember(ref walker, name, ref envelope))
            {
                return false;
            }
        }
        while (walker.TryTake(','));
        return walker.TryTake('}');
    }

    private static bool TryReadMember(ref JsonWalker walker, ReadOnlySpan<byte> name, ref RecordEnvelope envelope)
    {
        if (!walker.TryTakeValue(out var value))
            return false;
        if (name.SequenceEqual("eventID"u8))
            envelope.EventId = walker.NullIsAbsent(value);
        else if (name.SequenceEqual("eventName"u8))
            envelope.EventName = walker.NullIsAbsent(value);
        else if (name.SequenceEqual("awsRegion"u8))
            envelope.Region = walker.NullIsAbsent(value);
        else if (name.SequenceEqual("userIdentity"u8))
            envelope.UserIdentity = walker.NullIsAbsent(value);
        else if (name.SequenceEqual("eventSourceARN"u8))
            envelope.SourceArn = walker.NullIsAbsent(value);
        return true;
    }

    private static bool TryReadChange(ref JsonWalker walker, ref RecordEnvelope envelope)
    {
        walker.TryTake('{');
        if (walker.TryTake('}'))
            return true;
        do
        {
            if (!walker.TryTakeName(out var name, out _) || !walker.TryTakeValue(out var value))
                return false;
            if (name.SequenceEqual("NewImage"u8))
                envelope.NewImage = walker.NullIsAbsent(value);
            else if (name.SequenceEqual("OldImage"u8))
                envelope.OldImage = walker.NullIsAbsent(value);
            else if (name.SequenceEqual("Keys"u8))
                envelope.Keys = walker.NullIsAbsent(value);
            else if (name.SequenceEqual("SequenceNumber"u8))
                envelope.SequenceNumber = walker.NullIsAbsent(value);
            else if (name.SequenceEqual("ApproximateCreationDateTime"u8))
                envelope.CreationTime = walker.NullIsAbsent(value);
            else if (name.SequenceEqual("SizeBytes"u8))
                envelope.Size = walker.NullIsAbsent(value);
            else if (name.SequenceEqual("StreamViewType"u8))
                envelope.ViewType = walker.NullIsAbsent(value);
        }
        while (walker.TryTake(','));
        return walker.TryTake('}');
    }
}
