using StreamWorker.Consumer.Shards;

namespace StreamWorker.Contracts;

/// <summary>What every table directory keeps of the promises of <see cref="ITableDirectory"/>.</summary>
public abstract class TableDirectoryContract
{
    private readonly string _table = $"contract-{Guid.NewGuid():N}";

    /// <summary>Gives a service that is ready.</summary>
    protected abstract ValueTask<IStreamsBed> OpenBedAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Table_that_does_not_exist_is_null()
    {
        var bed = await OpenBedAsync();

        Assert.Null(await bed.Tables.DescribeTableAsync(_table, Cancellation));
    }

    [Fact]
    public async Task Table_that_never_had_a_stream_has_none()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: false);

        Assert.Equal(new TableDescription(_table, null, false), await bed.Tables.DescribeTableAsync(_table, Cancellation));
    }

    [Fact]
    public async Task Table_with_stream_names_the_one_that_is_listed()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: true);

        Assert.Equal(new TableDescription(_table, await bed.StreamOfAsync(_table), true), await bed.Tables.DescribeTableAsync(_table, Cancellation));
    }

    [Fact]
    public async Task S76_table_whose_stream_was_disabled_names_it_as_not_enabled()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: true);
        var stream = await bed.StreamOfAsync(_table);

        await bed.DisableStreamAsync(_table);

        Assert.Equal(new TableDescription(_table, stream, false), await bed.Tables.DescribeTableAsync(_table, Cancellation));
    }

    [Fact]
    public async Task S76_table_whose_stream_was_enabled_again_names_the_new_one()
    {
        var bed = await OpenBedAsync();
        await bed.CreateTableAsync(_table, withStream: true);
        var first = await bed.StreamOfAsync(_table);
        await bed.DisableStreamAsync(_table);
        await bed.EnableStreamAsync(_table);

        var table = await bed.Tables.DescribeTableAsync(_table, Cancellation);

        Assert.NotNull(table);
        Assert.True(table.IsStreamEnabled);
        Assert.NotEqual(first, table.LatestStream);
    }
}
