using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace StreamWorker.Lambda.Tests;

public sealed class RuntimeApiTests
{
    [Fact]
    public async Task Invocation_is_fetched_handled_and_answered_and_the_next_one_asked_for_A1_A2()
    {
        var handled = new List<string>();
        await using var function = await FunctionUnderTest.StartAsync(handled.Add);

        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(2)).ResponseAsync());
        Assert.Equal(Events.Nothing, await function.Api.Invoke(Events.Batch(1)).ResponseAsync());
        Assert.Equal(["order-1", "order-2", "order-1"], handled);
    }
}
