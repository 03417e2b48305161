using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StreamWorker.DynamoDb.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Faults_of_the_options_come_all_at_once_each_with_key_value_and_rule()
    {
        using var provider = new ServiceCollection().AddDynamoDbStreams(options =>
        {
            options.GetRecordsTimeout = TimeSpan.Zero;
            options.CallTimeout = TimeSpan.FromDays(2);
            options.MaximumAnswerBytes = 0;
            options.Leases.BeatTimeout = TimeSpan.FromSeconds(-1);
            options.Leases.TableName = "no/table";
        }).BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DynamoDbOptions>>().Value);
        Assert.Equal(
            [
                "GetRecordsTimeout is 00:00:00: it must be above 0 and at most 1.00:00:00.", "CallTimeout is 2.00:00:00: it must be above 0 and at most 1.00:00:00.",
                "Leases.BeatTimeout is -00:00:01: it must be above 0 and at most 1.00:00:00.", "MaximumAnswerBytes is 0: it must be positive.",
                "The lease table's name (LeaseTable) is 'no/table': it must have 3 to 255 of the characters a-z, A-Z, 0-9, '_', '-' and '.'.",
            ],
            error.Failures);
    }

    [Fact]
    public void Defaults_are_valid()
    {
        using var provider = new ServiceCollection().AddDynamoDbStreams().BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<DynamoDbOptions>>().Value;
        Assert.Equal("streamworker", options.Leases.TableName);
        Assert.True(options.Leases.CreateTable);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)), (options.GetRecordsTimeout, options.CallTimeout, options.Leases.BeatTimeout));
    }
}
