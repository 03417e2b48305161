using StreamWorker.Diagnostics;

namespace StreamWorker.Core.Tests.Snippets;

public sealed class ItemErrors
{
    [Fact]
    public void Error_says_which_record_where_in_it_what_was_wanted_and_what_was_found()
    {
        Item order = Example.Record.NewImage!;

        var error = Assert.Throws<RecordFormatException>(() => order.GetList("lines")[1].AsMap().GetDecimal("sku"));

        Assert.Equal("dynamodb.NewImage.lines[1].sku", error.AttributePath);
        Assert.Equal("c9fbe7d0261a5163fcb6940593e41797", error.EventId);
        Assert.Equal(SequenceNumber.Parse("300000000000000499659"), error.SequenceNumber);
        Assert.Equal(
            "dynamodb.NewImage.lines[1].sku: a number (N) is expected and text (S) was found "
                + "(event id c9fbe7d0261a5163fcb6940593e41797, sequence number 300000000000000499659)",
            error.Message);
    }

    [Fact]
    public void Missing_attribute_is_an_error_of_the_same_kind()
    {
        Item order = Example.Record.NewImage!;

        var error = Assert.Throws<RecordFormatException>(() => order.GetMap("address").GetString("street"));

        Assert.StartsWith("dynamodb.NewImage.address.street: text (S) is expected and the attribute is missing", error.Message, StringComparison.Ordinal);
    }
}
