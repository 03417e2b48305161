namespace StreamWorker.Consumer.Delivery;

/// <summary>A page that is held as long as one of its records is not finished. Owned by the delivery loop.</summary>
internal sealed class HeldPage(RecordPage page)
{
    private int _users = page.Records.Count;

    /// <summary>One record of the page needs it no longer.</summary>
    /// <returns>True when it was the last one, and the page has been given back.</returns>
    public bool Release()
    {
        if (--_users > 0)
            return false;
        page.Dispose();
        return true;
    }

    /// <summary>Gives the page back, whoever needs it.</summary>
    public void Abandon() => page.Dispose();
}
