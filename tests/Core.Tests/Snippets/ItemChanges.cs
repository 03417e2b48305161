namespace StreamWorker.Core.Tests.Snippets;

public sealed class ItemChanges
{
    [Fact]
    public void Record_says_what_has_changed()
    {
        IReadOnlyList<AttributeChange> changes = Example.Record.GetChanges();

        Assert.Equal(
            [
                "status: Changed", "version: Added", "weight: Added", "ledger: Added", "paid: Added", "note: Added", "receipt: Added", "sizes: Added", "hashes: Added",
                "['unit.price']: Added", "address.city: Changed", "lines[1]: Added", "coupon: Removed",
            ],
            changes.Select(change => change.ToString()));
        AttributeChange city = changes.Single(change => change.Path == "address.city");
        Assert.Equal(("Bonn", "Ulm"), (city.OldValue?.AsString(), city.NewValue?.AsString()));
    }

    [Fact]
    public void Record_is_asked_whether_something_has_changed()
    {
        StreamRecord record = Example.Record;

        Assert.True(record.HasChanged("status"));
        Assert.True(record.HasChanged("address"));
        Assert.False(record.HasChanged("address.zip"));
        Assert.False(record.HasChanged("lines[0].price"));
        Assert.True(record.HasChanged("['unit.price']"));
        Assert.False(record.HasChanged("total")); // 129.9 and 129.90 are one number.
        Assert.False(record.HasChanged("tags"));  // The order of a set means nothing.
    }
}
